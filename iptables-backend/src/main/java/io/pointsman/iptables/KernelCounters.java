package io.pointsman.iptables;

import io.pointsman.dataplane.PacketCounter;
import io.pointsman.netlink.codec.MalformedMessage;
import io.pointsman.netlink.nfacct.AccountingSocket;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;

/** The counters in the network namespace of whichever thread asks. */
final class KernelCounters implements PacketCounters {
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  @FunctionalInterface
  private interface Use {
    void of(AccountingSocket socket) throws IOException;
  }

  @Override
  public boolean make(Set<String> names) {
    return names.isEmpty()
        || use(socket -> {
          for (String name : names) {
            socket.make(name);
          }
        });
  }

  @Override
  public Map<PacketCounter, Long> read() {
    Map<PacketCounter, Long> counts = new EnumMap<>(PacketCounter.class);
    use(socket -> {
      for (PacketCounter counter : PacketCounter.values()) {
        socket.packets(PacketCounters.name(counter)).ifPresent(count -> counts.put(counter, count));
      }
    });
    return counts;
  }

  @Override
  public void removeUnused() {
    use(socket -> {
      for (PacketCounter counter : PacketCounter.values()) {
        socket.remove(PacketCounters.name(counter));
      }
    });
  }

  /** False where the kernel has no counters or refuses, which leaves things as they are. */
  private static boolean use(Use use) {
    try (AccountingSocket socket = AccountingSocket.open(PATIENCE)) {
      use.of(socket);
      return true;
    } catch (IOException | MalformedMessage without) {
      return false;
    }
  }
}
