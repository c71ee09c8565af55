package io.pointsman.agent.preflight;

import io.pointsman.agent.preflight.Facts.Iptables;
import io.pointsman.agent.preflight.Facts.Setting;
import io.pointsman.agent.system.Conntrack;
import io.pointsman.agent.system.ConntrackDemand;
import io.pointsman.agent.system.ConntrackKnob;
import io.pointsman.agent.system.ConntrackSettings;
import io.pointsman.agent.system.Ipv6;
import io.pointsman.agent.system.KernelFile;
import io.pointsman.dataplane.Backend;
import io.pointsman.iptables.HostTools;
import io.pointsman.net.IpFamily;
import io.pointsman.net.Protocol;
import io.pointsman.netlink.conntrack.ConntrackFilter;
import io.pointsman.netlink.conntrack.ConntrackSocket;
import io.pointsman.netlink.route.RouteSocket;
import io.pointsman.nftables.HostChains;
import io.pointsman.nftables.HostChains.HostChain;
import java.io.IOException;
import java.net.InetAddress;
import java.net.StandardProtocolFamily;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks at the machine and the network namespace of the calling thread. Writes nothing there. */
public final class Gathering {
  private static final Logger LOG = LoggerFactory.getLogger(Gathering.class);
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final List<String> SYSCTLS =
      List.of(
          "net.ipv4.ip_forward",
          "net.ipv4.ip_local_port_range",
          "net.ipv4.ip_local_reserved_ports");

  private Gathering() {}

  /**
   * Gathers all facts. What cannot be read is left out, with a line in the log.
   *
   * @param mode as the configuration names it
   * @param ipvs as {@link Facts#ipvs}
   */
  public static Facts gather(
      String mode, Map<String, String> ipvs, ConntrackSettings conntrack, List<Backend> backends) {
    Optional<String> ipv6 = Ipv6.unusable();
    List<IpFamily> families =
        ipv6.isPresent() ? List.of(IpFamily.IPV4) : List.of(IpFamily.IPV4, IpFamily.IPV6);
    Map<IpFamily, HostIptables> chosen = new EnumMap<>(IpFamily.class);
    families.forEach(family -> chosen.put(family, HostIptables.find(family)));
    return new Facts(
        mode,
        ipvs,
        capabilities(),
        settings(conntrack),
        sysctls(),
        ipv6,
        read("mounts", Mounts::read, new Mounts(false, Set.of())),
        Trials.run(backends, chosen),
        iptables(chosen),
        read("nf_tables", HostChains::read, List.<HostChain>of()),
        read("interfaces", Gathering::interfaces, Set.<String>of()),
        SocketTable.read(),
        read("tracked flows", Gathering::loopbackPorts, Set.<Integer>of()),
        kubeProxies());
  }

  @FunctionalInterface
  private interface Reading<T> {
    T read() throws IOException;
  }

  private static <T> T read(String what, Reading<T> reading, T otherwise) {
    try {
      return reading.read();
    } catch (IOException refused) {
      LOG.warn("{} cannot be looked at: {}", what, refused.getMessage());
      return otherwise;
    }
  }

  private static long capabilities() {
    return read(
        "rights",
        () -> {
          try (Stream<String> lines = Files.lines(Path.of("/proc/thread-self/status"))) {
            return lines
                .filter(line -> line.startsWith("CapEff:"))
                .map(line -> Long.parseUnsignedLong(line.substring("CapEff:".length()).strip(), 16))
                .findFirst()
                .orElse(0L);
          }
        },
        0L);
  }

  private static List<Setting> settings(ConntrackSettings conntrack) {
    Map<ConntrackKnob, Long> present = Conntrack.present();
    List<Setting> settings = new ArrayList<>();
    for (ConntrackDemand demand : Conntrack.unmet(conntrack, present)) {
      Path file = demand.knob().file();
      settings.add(
          new Setting(
              file,
              Optional.ofNullable(present.get(demand.knob())),
              demand.value(),
              Files.isWritable(file)));
    }
    return settings;
  }

  private static Map<String, String> sysctls() {
    Map<String, String> values = new HashMap<>();
    for (String name : SYSCTLS) {
      try {
        values.put(name, KernelFile.read(Path.of("/proc/sys", name.replace('.', '/'))));
      } catch (IOException notThere) {
        LOG.debug("{} cannot be read: {}", name, notThere.getMessage());
      }
    }
    return values;
  }

  private static List<Iptables> iptables(Map<IpFamily, HostIptables> chosen) {
    List<Iptables> found = new ArrayList<>();
    chosen.forEach((family, programs) -> {
      Optional<Boolean> ours = programs.programs().map(HostTools::isNft);
      for (HostTools tools : HostTools.installed(family)) {
        found.add(
            new Iptables(
                family,
                tools.program(),
                tools.version(),
                tools.isNft(),
                ours.equals(Optional.of(tools.isNft())),
                Saved.parse(tools.rules())));
      }
    });
    return found;
  }

  private static Set<String> interfaces() throws IOException {
    try (RouteSocket socket = RouteSocket.open(PATIENCE)) {
      return socket.interfaces();
    }
  }

  private static Set<Integer> loopbackPorts() throws IOException {
    Set<Integer> ports = new HashSet<>();
    try (ConntrackSocket socket = ConntrackSocket.open(PATIENCE)) {
      for (Protocol protocol : List.of(Protocol.TCP, Protocol.UDP)) {
        socket.scan(
            new ConntrackFilter(
                StandardProtocolFamily.INET,
                protocol.number(),
                Optional.of(InetAddress.ofLiteral("127.0.0.1")),
                OptionalInt.empty()),
            entry -> ports.add(entry.original().destinationPort()));
      }
    }
    return ports;
  }

  /** Of the processes that this one can see. */
  private static Set<Long> kubeProxies() {
    return ProcessHandle.allProcesses()
        .filter(process -> process.pid() != ProcessHandle.current().pid())
        .filter(process -> name(process.pid()).equals("kube-proxy"))
        .map(ProcessHandle::pid)
        .collect(Collectors.toSet());
  }

  private static String name(long pid) {
    try {
      return Files.readString(Path.of("/proc", Long.toString(pid), "comm")).strip();
    } catch (IOException gone) {
      return "";
    }
  }
}
