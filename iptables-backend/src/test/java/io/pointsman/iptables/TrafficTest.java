package io.pointsman.iptables;

import static org.assertj.core.api.Assertions.assertThat;

import io.pointsman.dataplane.CommitResult;
import io.pointsman.model.ObjectName;
import io.pointsman.model.ServicePortName;
import io.pointsman.net.IpAddress;
import io.pointsman.net.IpFamily;
import io.pointsman.net.Protocol;
import io.pointsman.plan.FamilyPlan;
import io.pointsman.plan.NodeContext;
import io.pointsman.plan.PortPlan;
import io.pointsman.plan.Route;
import io.pointsman.plan.Target;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What clients notice of changes. */
class TrafficTest {
  private static final int LIMIT_MILLIS = 10_000;
  private static final int ENDPOINTS = 3;

  static Stream<Arguments> variants() {
    return Sandbox.variants();
  }

  /** One Service with some of the pods. */
  private static FamilyPlan plan(
      PodNetwork network, Protocol protocol, int endpoints, int affinity) {
    List<Target> targets =
        IntStream.range(0, endpoints)
            .mapToObj(i -> new Target(network.pod(i), 8080, true))
            .toList();
    ServicePortName name = new ServicePortName(new ObjectName("a", "b"), "", protocol);
    NodeContext context = Plans.context(network.family());
    Route route = targets.isEmpty() ? new Route.Reject() : new Route.Internal(targets);
    return Plans.plan(
        context,
        Plans.service(
            new PortPlan(
                name,
                List.of(Plans.clusterIp(network.vip(), protocol, 80)),
                route,
                targets.isEmpty() ? new Route.Reject() : new Route.External(targets),
                affinity,
                List.of(),
                targets)));
  }

  private static void commit(IptablesDataplane dataplane, FamilyPlan plan) throws Exception {
    assertThat(dataplane.commit(plan)).isInstanceOf(CommitResult.Committed.class);
  }

  @ParameterizedTest
  @MethodSource("variants")
  void aClientKeepsItsEndpointWhenTheAgentRestarts(IpFamily family, Tools.Flavour flavour)
      throws Exception {
    try (PodNetwork network = PodNetwork.create(family, ENDPOINTS);
        Selector endpoints = Selector.open()) {
      network.pods().call(() -> listen(network, endpoints));
      Tools tools = network.node().tools(family, flavour);
      FamilyPlan plan = plan(network, Protocol.TCP, ENDPOINTS, 10_800);
      IpAddress chosen;
      try (IptablesDataplane dataplane = IptablesDataplane.open(tools, network.node()::stamp)) {
        commit(dataplane, plan);
        chosen = connect(network, endpoints);
      }
      try (IptablesDataplane restarted = IptablesDataplane.open(tools, network.node()::stamp)) {
        assertThat(restarted.commit(plan)).isEqualTo(new CommitResult.Committed(0));
        assertThat(connectOften(network, endpoints)).containsOnly(chosen);
        commit(restarted, Plans.with(plan, Plans.random(family, 9, new Random(1))));
        assertThat(connectOften(network, endpoints)).containsOnly(chosen);
      }
      // Another start, at which the Service has lost an endpoint that is not the client's.
      int kept = chosen.equals(network.pod(2)) ? ENDPOINTS : 2;
      try (IptablesDataplane restarted = IptablesDataplane.open(tools, network.node()::stamp)) {
        commit(restarted, plan(network, Protocol.TCP, kept, 10_800));
        assertThat(connectOften(network, endpoints)).containsOnly(chosen);
      }
    }
  }

  private static boolean listen(PodNetwork network, Selector selector) throws IOException {
    for (int i = 0; i < ENDPOINTS; i++) {
      ServerSocketChannel server = ServerSocketChannel.open();
      server.bind(new InetSocketAddress(network.pod(i).toInetAddress(), 8080));
      server.configureBlocking(false);
      server.register(selector, SelectionKey.OP_ACCEPT, network.pod(i));
    }
    return true;
  }

  private static List<IpAddress> connectOften(PodNetwork network, Selector endpoints)
      throws Exception {
    IpAddress[] reached = new IpAddress[12];
    for (int i = 0; i < reached.length; i++) {
      reached[i] = connect(network, endpoints);
    }
    return List.of(reached);
  }

  /** Connects from the node to the Service; tells which endpoint it reached. */
  private static IpAddress connect(PodNetwork network, Selector endpoints) throws Exception {
    return network
        .node()
        .namespace()
        .call(() -> {
          try (Socket client = new Socket()) {
            client.connect(new InetSocketAddress(network.vip().toInetAddress(), 80), LIMIT_MILLIS);
            assertThat(endpoints.select(LIMIT_MILLIS)).isEqualTo(1);
            SelectionKey ready = endpoints.selectedKeys().iterator().next();
            endpoints.selectedKeys().clear();
            ((ServerSocketChannel) ready.channel()).accept().close();
            return (IpAddress) ready.attachment();
          }
        });
  }

  /** Each packet is a new connection; on leaving the node, none may still be for the Service. */
  @ParameterizedTest
  @MethodSource("variants")
  void noPacketSlipsThroughWhileEndpointsComeAndGo(IpFamily family, Tools.Flavour flavour)
      throws Exception {
    try (PodNetwork network = PodNetwork.create(family, ENDPOINTS)) {
      Tools tools = network.node().tools(family, flavour);
      String watch =
          "*mangle\n-A POSTROUTING -d "
              + network.vip()
              + " -m comment --comment watch\n"
              + "-A POSTROUTING -d "
              + network.pod(0)
              + " -m comment --comment sent\nCOMMIT\n";
      network.node().exec(watch, tools.program("restore"), "--noflush").orThrow();
      AtomicBoolean stop = new AtomicBoolean();
      Semaphore sent = new Semaphore(0);
      try (IptablesDataplane dataplane = IptablesDataplane.open(tools, network.node()::stamp)) {
        commit(dataplane, plan(network, Protocol.UDP, 1, 0));
        Thread traffic =
            network.node().namespace().thread("traffic", () -> send(network.vip(), stop, sent));
        traffic.start();
        try {
          for (int endpoints : List.of(0, 1, 0, 1, 2, 0, 3, 0, 1, 0, 1)) {
            commit(dataplane, plan(network, Protocol.UDP, endpoints, 0));
            sent.drainPermits();
            assertThat(sent.tryAcquire(100, LIMIT_MILLIS, TimeUnit.MILLISECONDS)).isTrue();
          }
        } finally {
          stop.set(true);
          traffic.join(LIMIT_MILLIS);
        }
      }
      String rules = network.node().exec("", tools.program("save"), "-c").orThrow().output();
      assertThat(packets(rules, "sent")).isPositive();
      assertThat(packets(rules, "watch")).isZero();
    }
  }

  private static void send(IpAddress vip, AtomicBoolean stop, Semaphore sent) {
    InetSocketAddress service = new InetSocketAddress(vip.toInetAddress(), 80);
    while (!stop.get()) {
      try (DatagramSocket socket = new DatagramSocket()) {
        socket.send(new DatagramPacket(new byte[1], 1, service));
      } catch (IOException refused) {
        // As it should be while there is no endpoint.
      }
      sent.release();
    }
  }

  private static long packets(String rules, String comment) {
    Matcher counter = Pattern.compile("\\[(\\d+):\\d+] -A POSTROUTING .*" + comment).matcher(rules);
    assertThat(counter.find()).as(rules).isTrue();
    return Long.parseLong(counter.group(1));
  }
}
