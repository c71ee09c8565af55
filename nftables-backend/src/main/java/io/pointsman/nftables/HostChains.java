package io.pointsman.nftables;

import io.pointsman.netlink.NetlinkException;
import io.pointsman.netlink.codec.Attributes;
import io.pointsman.netlink.codec.Message;
import io.pointsman.netlink.nfnetlink.Batch;
import io.pointsman.netlink.nfnetlink.BatchSocket;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Everybody's nf_tables chains, for those who look before they run the proxy. */
public final class HostChains {
  private static final int GETCHAIN = 4;
  private static final int NFGENMSG = 4;
  private static final int NO_HOOK = -1;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private HostChains() {}

  /**
   * A chain.
   *
   * @param family {@code ip}, {@code ip6}, {@code inet}, or a number for any other
   * @param table its table's name
   * @param name its own
   * @param hook where packets come in, such as {@code forward}; empty for a chain that others jump
   *     to
   * @param drops packets that come to its end are dropped
   */
  public record HostChain(String family, String table, String name, String hook, boolean drops) {}

  /**
   * All of the network namespace of the calling thread. Writes nothing.
   *
   * @throws IOException when the kernel has no nf_tables, or may not be asked
   */
  public static List<HostChain> read() throws IOException {
    List<HostChain> chains = new ArrayList<>();
    try (BatchSocket socket = BatchSocket.open(PATIENCE)) {
      int request = Batch.NFTABLES << 8 | GETCHAIN;
      for (Message message : socket.client().dump(request, out -> out.putNfgenmsg(0, 0))) {
        chains.add(chain(message));
      }
    } catch (NetlinkException refused) {
      throw new IOException("nf_tables does not answer: " + refused.getMessage(), refused);
    }
    return chains;
  }

  private static HostChain chain(Message message) {
    String table = "";
    String name = "";
    int hook = NO_HOOK;
    boolean drops = false;
    Attributes attributes = message.attributes(NFGENMSG);
    while (attributes.next()) {
      switch (attributes.type()) {
        case 1 -> table = attributes.string();
        case 3 -> name = attributes.string();
        case 4 -> hook = number(attributes.nested());
        case 5 -> drops = attributes.u32Be() == 0;
        default -> {}
      }
    }
    return new HostChain(family(message.u8(0)), table, name, hookName(hook), drops);
  }

  private static int number(Attributes hook) {
    while (hook.next()) {
      if (hook.type() == 1) {
        return hook.u32Be();
      }
    }
    return NO_HOOK;
  }

  /** {@code NFPROTO_*} of linux/netfilter.h. */
  private static String family(int number) {
    return switch (number) {
      case 1 -> "inet";
      case 2 -> "ip";
      case 10 -> "ip6";
      default -> String.valueOf(number);
    };
  }

  private static String hookName(int number) {
    for (HookPoint point : HookPoint.values()) {
      if (point.number() == number) {
        return point.name().toLowerCase(java.util.Locale.ROOT);
      }
    }
    return "";
  }
}
