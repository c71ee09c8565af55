package io.pointsman.agent.system;

import io.pointsman.file.FileProblem;
import io.pointsman.netlink.conntrack.ConntrackFilter;
import io.pointsman.netlink.conntrack.ConntrackSocket;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The settings of connection tracking in the network namespace of the calling thread. */
public final class Conntrack {
  private static final Logger LOG = LoggerFactory.getLogger(Conntrack.class);
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int TCP = 6;

  private Conntrack() {}

  /**
   * Writes what is asked for and does not hold yet.
   *
   * @return what could not be written, each with what to do; empty when all is as asked for
   */
  public static List<String> apply(ConntrackSettings settings) {
    loadModule();
    List<String> problems = new ArrayList<>();
    Map<ConntrackKnob, Long> present = present();
    for (ConntrackDemand demand : unmet(settings, present)) {
      Optional<Long> now = Optional.ofNullable(present.get(demand.knob()));
      try {
        KernelFile.write(demand.knob().file(), Long.toString(demand.value()));
        LOG.info(
            "{} set to {}, it was {}",
            demand.knob().file(),
            demand.value(),
            now.map(String::valueOf).orElse("unreadable"));
      } catch (IOException refused) {
        problems.add(problem(demand, now, refused));
      }
    }
    return problems;
  }

  /** What does not hold yet, by present values. */
  public static List<ConntrackDemand> unmet(
      ConntrackSettings settings, Map<ConntrackKnob, Long> present) {
    return ConntrackDemand.unmet(ConntrackDemand.of(settings, Cores.count()), present);
  }

  /** The values that can be read. */
  public static Map<ConntrackKnob, Long> present() {
    Map<ConntrackKnob, Long> values = new EnumMap<>(ConntrackKnob.class);
    for (ConntrackKnob knob : ConntrackKnob.values()) {
      try {
        values.put(knob, Long.parseLong(KernelFile.read(knob.file())));
      } catch (IOException | NumberFormatException unreadable) {
        // Left out: it meets no demand, and writing it says why.
      }
    }
    return values;
  }

  /** The settings are there only once the module is; the first question loads it. */
  private static void loadModule() {
    if (Files.exists(ConntrackKnob.MAX.file())) {
      return;
    }
    try (ConntrackSocket socket = ConntrackSocket.open(PATIENCE)) {
      socket.scan(
          new ConntrackFilter(
              StandardProtocolFamily.INET, TCP, Optional.empty(), OptionalInt.empty()),
          entry -> {});
    } catch (IOException refused) {
      LOG.debug("conntrack does not answer: {}", refused.getMessage());
    }
  }

  private static String problem(ConntrackDemand demand, Optional<Long> now, IOException refused) {
    Path file = demand.knob().file();
    String reason = FileProblem.of(refused).reason();
    if (!Files.exists(file)) {
      return "%s is not there (%s); load the module on the host with 'modprobe nf_conntrack'"
          .formatted(file, reason);
    }
    return "%s is %s and cannot be set to %d (%s); set it on the host with 'echo %d > %s', or mount"
            .formatted(
                file,
                now.map(String::valueOf).orElse("unreadable"),
                demand.value(),
                reason,
                demand.value(),
                file)
        + " /proc/sys writable and allow CAP_NET_ADMIN in the host's network namespace";
  }
}
