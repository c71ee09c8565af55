package io.pointsman.lab.packet;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.pointsman.lab.AgentProxy;
import io.pointsman.lab.Lab;
import io.pointsman.lab.NeedsLab;
import io.pointsman.lab.Topology;
import io.pointsman.lab.scenario.BaseObjects;
import io.pointsman.lab.scenario.ClusterObjects;
import io.pointsman.lab.scenario.ProxyMode;
import io.pointsman.lab.scenario.ProxyUnderTest;
import io.pointsman.net.IpAddress;
import io.pointsman.net.IpFamily;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A packet that belongs to no connection and begins none, as an answer that comes late or by
 * another way. If it got on without being translated, its receiver would answer with a reset and
 * end a connection that is in good order.
 */
@NeedsLab
class StrayPacketTest {
  private static final String LIBERAL = "/proc/sys/net/netfilter/nf_conntrack_tcp_be_liberal";
  private static final int PORT = 9;
  private static final int STRAY = 40_001;
  private static final int ORDINARY = 40_002;
  private static final int PATIENCE_MILLIS = 10_000;

  @ParameterizedTest
  @CsvSource({
    "iptables, IPV4, 0, false",
    "iptables, IPV6, 0, false",
    "iptables, IPV4, 1, true",
    "nftables, IPV4, 0, true",
    "nftables, IPV6, 0, true",
  })
  void isDroppedInIptablesModeUnlessTheNodeIsLiberal(
      String mode, IpFamily family, String liberal, boolean arrives) throws Exception {
    Topology topology = Topology.oracle();
    ProxyMode proxyMode = mode.equals("iptables") ? ProxyMode.IPTABLES : ProxyMode.NFTABLES;
    try (Lab lab = Lab.up(topology)) {
      lab.namespace("A").exec("sh", "-c", "echo " + liberal + " > " + LIBERAL).orThrow();
      ProxyUnderTest.Deployment deployment =
          new ProxyUnderTest.Deployment(
              lab,
              topology.nodes().subList(0, 1),
              proxyMode,
              BaseObjects.configuration(
                  topology, proxyMode, JsonNodeFactory.instance.objectNode()));
      ClusterObjects objects = ClusterObjects.of(BaseObjects.of(topology));
      try (ProxyUnderTest.Running _ =
              new AgentProxy(AgentProxy.Supply.MANIFESTS).start(deployment, objects);
          RawTcp receiver = lab.namespace("b1").call(() -> new RawTcp(family));
          RawTcp sender = lab.namespace("a2").call(() -> new RawTcp(family))) {
        IpAddress from = address(topology, "a2", family);
        IpAddress to = address(topology, "b1", family);
        sender.send(from, to, STRAY, PORT, RawTcp.SYN | RawTcp.ACK);
        sender.send(from, to, ORDINARY, PORT, RawTcp.SYN);
        int first = receiver.next(PORT, PATIENCE_MILLIS);
        assertThat(first).isEqualTo(arrives ? STRAY : ORDINARY);
        if (arrives) {
          assertThat(receiver.next(PORT, PATIENCE_MILLIS)).isEqualTo(ORDINARY);
        }
      }
    }
  }

  private static IpAddress address(Topology topology, String pod, IpFamily family) {
    List<IpAddress> addresses =
        topology.pods().stream()
            .filter(one -> one.name().equals(pod))
            .flatMap(one -> one.addresses().stream())
            .filter(one -> one.family() == family)
            .toList();
    return addresses.getFirst();
  }
}
