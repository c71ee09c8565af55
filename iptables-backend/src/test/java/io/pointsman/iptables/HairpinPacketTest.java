package io.pointsman.iptables;

import static org.assertj.core.api.Assertions.assertThat;

import io.pointsman.model.ObjectName;
import io.pointsman.model.ServicePortName;
import io.pointsman.net.IpAddress;
import io.pointsman.net.IpFamily;
import io.pointsman.net.Protocol;
import io.pointsman.netlink.netns.NetworkNamespace;
import io.pointsman.plan.FamilyPlan;
import io.pointsman.plan.PortPlan;
import io.pointsman.plan.Route;
import io.pointsman.plan.Target;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A pod behind a router namespace connects to a Service whose only endpoint it is itself. */
class HairpinPacketTest {
  private static final int LIMIT_MILLIS = 5000;

  static Stream<Arguments> variants() {
    return Stream.of(IpFamily.values())
        .flatMap(family ->
            Stream.of(Tools.Flavour.LEGACY, Tools.Flavour.NFT)
                .flatMap(flavour ->
                    Stream.of(Hairpin.values())
                        .map(hairpin -> Arguments.of(family, flavour, hairpin))));
  }

  @ParameterizedTest
  @MethodSource("variants")
  void aPodReachesItself(IpFamily family, Tools.Flavour flavour, Hairpin hairpin) throws Exception {
    try (PodNetwork network = PodNetwork.create(family, 1)) {
      Tools tools = network.node().tools(family, flavour);
      IptablesRuleset rules =
          new Compiler(hairpin).compile(plan(family, network.vip(), network.pod(0))).ruleset();
      network.node().exec(Printer.full(rules), tools.program("restore")).orThrow();
      assertThat(connectToSelf(network.pods(), network.vip(), network.pod(0)))
          .isEqualTo(network.router().toInetAddress());
    }
  }

  private static FamilyPlan plan(IpFamily family, IpAddress vip, IpAddress pod) {
    List<Target> targets = List.of(new Target(pod, 8080, true));
    ServicePortName name = new ServicePortName(new ObjectName("a", "b"), "", Protocol.TCP);
    return Plans.plan(
        Plans.context(family),
        Plans.service(
            new PortPlan(
                name,
                List.of(Plans.clusterIp(vip, Protocol.TCP, 80)),
                new Route.Internal(targets),
                new Route.External(targets),
                0,
                List.of(),
                targets)));
  }

  /** Whom the server takes for the client. */
  private static InetAddress connectToSelf(NetworkNamespace inside, IpAddress vip, IpAddress pod)
      throws Exception {
    return inside.call(() -> {
      try (ServerSocket server = new ServerSocket();
          Socket client = new Socket()) {
        server.setSoTimeout(LIMIT_MILLIS);
        server.bind(new InetSocketAddress(pod.toInetAddress(), 8080));
        client.connect(new InetSocketAddress(vip.toInetAddress(), 80), LIMIT_MILLIS);
        try (Socket accepted = server.accept()) {
          return InetAddress.getByAddress(accepted.getInetAddress().getAddress());
        }
      }
    });
  }
}
