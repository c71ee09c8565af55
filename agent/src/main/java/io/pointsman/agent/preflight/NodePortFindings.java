package io.pointsman.agent.preflight;

import io.pointsman.agent.preflight.Facts.BoundPort;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What else has its hand on node ports and the proxy's own. */
final class NodePortFindings {
  /** The default of kube-apiserver's {@code --service-node-port-range}. */
  private static final int FIRST = 30_000;

  private static final int LAST = 32_767;

  private static final Map<Integer, String> OWN = Map.of(10256, "health", 10249, "metrics");
  private static final Pattern RANGE = Pattern.compile("(\\d{1,5})[-\\s]+(\\d{1,5})");

  private NodePortFindings() {}

  static List<Finding> of(Facts facts) {
    List<Finding> findings = new ArrayList<>();
    List<BoundPort> bound =
        facts.bound().stream().filter(port -> isNodePort(port.port())).sorted().toList();
    if (bound.isEmpty()) {
      findings.add(Finding.ok("node ports " + FIRST + "-" + LAST, "no process listens on any"));
    }
    for (BoundPort port : bound) {
      findings.add(
          Finding.warn(
              "port " + port,
              "a process listens on it; a Service with this node port would take its connections",
              "see who it is with 'ss -lnp sport = :" + port.port() + "' and move it"));
    }
    own(facts).forEach(findings::add);
    ephemeral(facts).ifPresent(findings::add);
    localhost(facts).ifPresent(findings::add);
    return findings;
  }

  static boolean isNodePort(int port) {
    return port >= FIRST && port <= LAST;
  }

  private static List<Finding> own(Facts facts) {
    return facts.bound().stream()
        .filter(port -> port.protocol() == io.pointsman.net.Protocol.TCP)
        .filter(port -> OWN.containsKey(port.port()))
        .sorted()
        .map(port ->
            Finding.warn(
                "port " + port,
                "the default for "
                    + OWN.get(port.port())
                    + " is taken, by a running proxy or another",
                "stop it before Pointsman starts, or choose another port"))
        .toList();
  }

  /** Outgoing connections of the node may have such a port when a Service wants it. */
  private static Optional<Finding> ephemeral(Facts facts) {
    String name = "net.ipv4.ip_local_port_range";
    Matcher range = RANGE.matcher(facts.sysctls().getOrDefault(name, ""));
    if (!range.matches()) {
      return Optional.empty();
    }
    int first = Math.max(FIRST, Integer.parseInt(range.group(1)));
    int last = Math.min(LAST, Integer.parseInt(range.group(2)));
    String reserved = facts.sysctls().getOrDefault("net.ipv4.ip_local_reserved_ports", "");
    if (first > last) {
      return Optional.of(Finding.ok(name, "shares no port with node ports"));
    }
    if (isReserved(reserved, first, last)) {
      return Optional.of(Finding.ok(name, "the node ports in it are reserved"));
    }
    return Optional.of(
        Finding.warn(
            name,
            "the node itself may use %d-%d for its connections, which are also node ports"
                .formatted(first, last),
            "add %d-%d to net.ipv4.ip_local_reserved_ports".formatted(first, last)));
  }

  private static boolean isReserved(String reserved, int first, int last) {
    for (String part : reserved.split(",", -1)) {
      Matcher range = RANGE.matcher(part.strip());
      if (range.matches()
          && Integer.parseInt(range.group(1)) <= first
          && Integer.parseInt(range.group(2)) >= last) {
        return true;
      }
    }
    return false;
  }

  /** Only mode iptables can send what goes to 127.0.0.1 to pods. */
  private static Optional<Finding> localhost(Facts facts) {
    String ports =
        facts.loopbackPorts().stream()
            .filter(NodePortFindings::isNodePort)
            .sorted()
            .map(String::valueOf)
            .collect(Collectors.joining(", "));
    return ports.isEmpty() || facts.wantsIptables()
        ? Optional.empty()
        : Optional.of(
            Finding.warn(
                "127.0.0.1",
                "somebody on this node reaches node ports there ("
                    + ports
                    + "); in mode nftables"
                    + " they do not answer on it",
                "let them use the node's address, or stay with mode iptables"));
  }
}
