package io.pointsman.iptables;

import static org.assertj.core.api.Assertions.assertThat;

import io.pointsman.dataplane.CommitResult;
import io.pointsman.dataplane.PacketCounter;
import io.pointsman.model.ObjectName;
import io.pointsman.model.ServicePortName;
import io.pointsman.net.IpAddress;
import io.pointsman.net.IpFamily;
import io.pointsman.net.Protocol;
import io.pointsman.plan.Destination;
import io.pointsman.plan.FamilyPlan;
import io.pointsman.plan.Frontend;
import io.pointsman.plan.PortPlan;
import io.pointsman.plan.Route;
import io.pointsman.plan.Target;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Packets are counted where kube-proxy counts them, in both flavours. */
class PacketCountersTest {
  private static final int LIMIT_MILLIS = 20_000;
  private static final int NODE_PORT = 30_080;
  private static final String INVALID = PacketCounters.name(PacketCounter.INVALID_DROPPED);

  static Stream<Arguments> variants() {
    return Sandbox.variants();
  }

  /** A Service with a cluster IP and a node port, whose endpoint is a pod. */
  private static FamilyPlan plan(PodNetwork network) {
    List<Target> targets = List.of(new Target(network.pod(0), 8080, true));
    return Plans.plan(
        Plans.context(network.family()),
        Plans.service(
            new PortPlan(
                new ServicePortName(new ObjectName("a", "b"), "", Protocol.TCP),
                List.of(
                    Plans.clusterIp(network.vip(), Protocol.TCP, 80),
                    new Frontend(
                        Frontend.Kind.NODE_PORT,
                        new Destination.NodePort(Protocol.TCP, NODE_PORT))),
                new Route.Internal(targets),
                new Route.External(targets),
                0,
                List.of(),
                targets)));
  }

  private static IptablesDataplane open(PodNetwork network, Tools.Flavour flavour)
      throws Exception {
    Sandbox node = network.node();
    return IptablesDataplane.open(
        node.tools(network.family(), flavour), node::stamp, node.counters());
  }

  private static void commit(IptablesDataplane dataplane, FamilyPlan plan) throws Exception {
    assertThat(dataplane.commit(plan)).isInstanceOf(CommitResult.Committed.class);
  }

  private static Socket connect(IpAddress from, IpAddress to, int port) throws IOException {
    Socket socket = new Socket();
    socket.bind(new InetSocketAddress(from.toInetAddress(), 0));
    socket.connect(new InetSocketAddress(to.toInetAddress(), port), LIMIT_MILLIS);
    return socket;
  }

  @ParameterizedTest
  @MethodSource("variants")
  void aPacketOfAForgottenConnectionIsCountedAsInvalid(IpFamily family, Tools.Flavour flavour)
      throws Exception {
    boolean v4 = family == IpFamily.IPV4;
    IpAddress client = IpAddress.of(v4 ? "192.0.2.9" : "2001:db8::9");
    try (PodNetwork network = PodNetwork.create(family, 1)) {
      Sandbox node = network.node();
      // Without duplicate address detection, which takes its time.
      network
          .pods()
          .exec("ip", "address", "add", client + (v4 ? "/32" : "/128"), "dev", "eth0", "nodad")
          .orThrow();
      node.exec("", "ip", "route", "add", client.toString(), "via", network.pod(0).toString())
          .orThrow();
      try (ServerSocket server =
              network.pods().call(() -> new ServerSocket(8080, 9, network.pod(0).toInetAddress()));
          IptablesDataplane dataplane = open(network, flavour)) {
        commit(dataplane, plan(network));
        assertThat(node.counters().read()).containsEntry(PacketCounter.INVALID_DROPPED, 0L);
        try (Socket socket = network.pods().call(() -> connect(client, network.vip(), 80));
            Socket accepted = server.accept()) {
          assertThat(accepted.isConnected()).isTrue();
          assertThat(node.counters().read()).containsEntry(PacketCounter.INVALID_DROPPED, 0L);
          node.exec("", "sysctl", "-qw", "net.netfilter.nf_conntrack_tcp_loose=0").orThrow();
          node.exec("", "conntrack", "-F").orThrow();
          socket.getOutputStream().write('x');
          awaitSome(node);
        }
      }
    }
  }

  private static void awaitSome(Sandbox node) {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LIMIT_MILLIS);
    while (node.counters().read().getOrDefault(PacketCounter.INVALID_DROPPED, 0L) == 0) {
      assertThat(System.nanoTime()).as("still nothing is counted").isLessThan(end);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
    }
  }

  /** IPv4 alone has them: the kernel routes nothing from ::1 to elsewhere. */
  @ParameterizedTest
  @EnumSource(
      value = Tools.Flavour.class,
      names = {"LEGACY", "NFT"})
  void connectionsToNodePortsOnLocalhostAreCounted(Tools.Flavour flavour) throws Exception {
    IpAddress loopback = IpAddress.of("127.0.0.1");
    PacketCounter counter = PacketCounter.LOCALHOST_NODE_PORT_ACCEPTED;
    try (PodNetwork network = PodNetwork.create(IpFamily.IPV4, 1)) {
      Sandbox node = network.node();
      node.exec("", "sysctl", "-qw", "net.ipv4.conf.all.route_localnet=1").orThrow();
      try (ServerSocket server =
              network.pods().call(() -> new ServerSocket(8080, 9, network.pod(0).toInetAddress()));
          ServerSocket other =
              node.namespace().call(() -> new ServerSocket(9090, 9, loopback.toInetAddress()));
          IptablesDataplane dataplane = open(network, flavour)) {
        commit(dataplane, plan(network));
        assertThat(node.counters().read()).containsEntry(counter, 0L);
        node.namespace()
            .call(() -> {
              connect(loopback, loopback, NODE_PORT).close();
              connect(loopback, loopback, NODE_PORT).close();
              connect(loopback, loopback, 9090).close();
              connect(network.router(), network.router(), NODE_PORT).close();
              return true;
            });
        network
            .pods()
            .call(() -> {
              connect(network.pod(0), network.router(), NODE_PORT).close();
              return true;
            });
        assertThat(node.counters().read()).containsEntry(counter, 2L);
        assertThat(server.isBound() && other.isBound()).isTrue();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("variants")
  void aCounterLivesAsLongAsItsRules(IpFamily family, Tools.Flavour flavour) throws Exception {
    try (PodNetwork network = PodNetwork.create(family, 1)) {
      Sandbox node = network.node();
      FamilyPlan plan = plan(network);
      try (IptablesDataplane dataplane = open(network, flavour)) {
        commit(dataplane, plan);
        dataplane.forget();
        assertThat(dataplane.commit(plan)).isEqualTo(new CommitResult.Committed(0));
        node.counters().removeUnused();
        assertThat(node.counters().read()).containsKey(PacketCounter.INVALID_DROPPED);
        // Somebody flushes the rules, and then removes what they kept.
        String restore = node.tools(family, flavour).program("restore");
        node.exec("*filter\n:KUBE-FORWARD - [0:0]\nCOMMIT\n", restore, "--noflush").orThrow();
        node.counters().removeUnused();
        assertThat(node.counters().read()).doesNotContainKey(PacketCounter.INVALID_DROPPED);
        dataplane.forget();
        commit(dataplane, plan);
        assertThat(dataplane.drift()).isEmpty();
        assertThat(node.counters().read()).containsEntry(PacketCounter.INVALID_DROPPED, 0L);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("variants")
  void aKernelWithoutCountersGetsTheSameRulesWithoutThem(IpFamily family, Tools.Flavour flavour)
      throws Exception {
    try (PodNetwork network = PodNetwork.create(family, 1)) {
      Tools tools = network.node().tools(family, flavour);
      try (IptablesDataplane counting = open(network, flavour)) {
        commit(counting, plan(network));
        assertThat(counting.readBack()).contains("--nfacct-name  " + INVALID);
      }
      try (IptablesDataplane plain = IptablesDataplane.open(tools, network.node()::stamp)) {
        commit(plain, plan(network));
        assertThat(plain.readBack())
            .isEqualTo(
                Printer.full(new Compiler(Hairpin.BY_PACKET).compile(plan(network)).ruleset()));
      }
      assertThat(network.node().counters().make(Set.of())).isTrue();
      assertThat(PacketCounters.NONE.read()).isEqualTo(Map.of());
    }
  }
}
