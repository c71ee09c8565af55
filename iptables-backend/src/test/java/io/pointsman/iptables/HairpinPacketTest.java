package io.pointsman.iptables;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

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
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
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
    Optional<String> missing = NetworkNamespace.unavailable();
    assertThat(missing.isPresent() && "true".equals(System.getenv("CI"))).isFalse();
    assumeTrue(missing.isEmpty(), "needs root to make network namespaces");
    boolean v4 = family == IpFamily.IPV4;
    IpAddress router = IpAddress.of(v4 ? "10.244.0.1" : "fd00:244::1");
    IpAddress pod = IpAddress.of(v4 ? "10.244.0.2" : "fd00:244::2");
    IpAddress vip = IpAddress.of(v4 ? "10.96.0.10" : "fd00:96::10");
    try (NetworkNamespace node = NetworkNamespace.create();
        NetworkNamespace inside = NetworkNamespace.create()) {
      connect(node, inside, router, pod);
      Tools tools =
          new Tools(
              family,
              flavour,
              (command, input, limit) ->
                  CommandRunner.ofHost().run(node.enter(command), input, limit));
      exec(node, "sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1");
      IptablesRuleset rules = new Compiler(hairpin).compile(plan(family, vip, pod)).ruleset();
      node.execWithInput(Printer.full(rules), tools.program("restore")).orThrow();
      assertThat(connectToSelf(inside, vip, pod)).isEqualTo(router.toInetAddress());
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

  private static void connect(
      NetworkNamespace node, NetworkNamespace inside, IpAddress router, IpAddress pod) {
    int length = router.family() == IpFamily.IPV4 ? 24 : 64;
    String nodad = router.family() == IpFamily.IPV4 ? "" : " nodad";
    exec(node, "ip link add veth0 type veth peer name eth0 netns " + inside.path());
    exec(node, "ip address add " + router + "/" + length + " dev veth0" + nodad);
    exec(node, "ip link set veth0 up");
    exec(inside, "ip address add " + pod + "/" + length + " dev eth0" + nodad);
    exec(inside, "ip link set eth0 up");
    exec(inside, "ip route add default via " + router);
  }

  private static void exec(NetworkNamespace namespace, String command) {
    namespace.exec(Arrays.asList(command.split(" ", -1)).toArray(String[]::new)).orThrow();
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
