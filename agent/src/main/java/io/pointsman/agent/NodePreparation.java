package io.pointsman.agent;

import io.pointsman.agent.config.Configuration;
import io.pointsman.agent.config.Fields;
import io.pointsman.agent.system.Conntrack;
import io.pointsman.agent.system.ConntrackSettings;
import io.pointsman.agent.system.RouteLocalnet;
import io.pointsman.dataplane.Dataplane;
import io.pointsman.dataplane.DataplaneException;
import io.pointsman.net.Cidr;
import io.pointsman.net.IpAddress;
import io.pointsman.net.IpFamily;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The steps at start that need more rights than serving does. */
final class NodePreparation {
  private static final IpAddress LOOPBACK = IpAddress.of("127.0.0.1");

  private NodePreparation() {}

  /**
   * All of them, for {@code --init-only}: settings, and a try of the mode.
   *
   * @return what failed, each with what to do
   */
  static List<String> all(AgentOptions options) {
    List<String> problems = new ArrayList<>(Conntrack.apply(conntrack(options.configuration())));
    localhostNodePorts(options).ifPresent(problems::add);
    try {
      ServedFamilies.open(Backends.required(options.mode()), ServedFamilies.primary(options))
          .forEach(Dataplane::close);
    } catch (DataplaneException unusable) {
      problems.add(String.valueOf(unusable.getMessage()));
    }
    return problems;
  }

  /** What a configuration asks of connection tracking. */
  static ConntrackSettings conntrack(Configuration configuration) {
    return new ConntrackSettings(
        configuration.get(Fields.CONNTRACK_MAX_PER_CORE),
        configuration.get(Fields.CONNTRACK_MIN),
        configuration.get(Fields.CONNTRACK_TCP_ESTABLISHED),
        configuration.get(Fields.CONNTRACK_TCP_CLOSE_WAIT),
        configuration.get(Fields.CONNTRACK_TCP_BE_LIBERAL),
        configuration.get(Fields.CONNTRACK_UDP),
        configuration.get(Fields.CONNTRACK_UDP_STREAM));
  }

  /** Makes node ports on loopback addresses possible, where they are asked for. */
  static Optional<String> localhostNodePorts(AgentOptions options) {
    return wantsLocalhostNodePorts(options) ? RouteLocalnet.allow() : Optional.empty();
  }

  /** Only IPv4 and only iptables can have them. */
  static boolean wantsLocalhostNodePorts(AgentOptions options) {
    return options.mode().equals("iptables")
        && options.localhostNodePorts()
        && switch (options.nodePortCidrs()) {
          case AgentOptions.NodePortCidrs.Primary() -> false;
          case AgentOptions.NodePortCidrs.Ranges(List<Cidr> ranges) -> {
            List<Cidr> ours =
                ranges.stream().filter(range -> range.family() == IpFamily.IPV4).toList();
            yield ours.isEmpty() || ours.stream().anyMatch(range -> range.contains(LOOPBACK));
          }
        };
  }
}
