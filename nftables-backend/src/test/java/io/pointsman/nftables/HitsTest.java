package io.pointsman.nftables;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pointsman.dataplane.CommitResult;
import io.pointsman.dataplane.Dataplane;
import io.pointsman.dataplane.Hits;
import io.pointsman.model.Endpoint;
import io.pointsman.model.EndpointSlice;
import io.pointsman.model.ObjectName;
import io.pointsman.model.Service;
import io.pointsman.model.ServiceType;
import io.pointsman.model.TrafficPolicy;
import io.pointsman.net.IpAddress;
import io.pointsman.net.IpFamily;
import io.pointsman.net.Protocol;
import io.pointsman.netlink.netns.NetworkNamespace;
import io.pointsman.plan.Destination;
import io.pointsman.plan.FamilyPlan;
import io.pointsman.plan.NodeContext;
import io.pointsman.plan.Planner;
import io.pointsman.snapshot.ClusterEvent;
import io.pointsman.snapshot.ClusterSnapshot;
import io.pointsman.testing.Contexts;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Connections are made, and the kernel's own counters tell of them. */
class HitsTest {
  private static final int NODE_PORT = 30080;
  private static final int LONELY_NODE_PORT = 30081;

  private final NftablesBackend backend = new NftablesBackend();

  @BeforeEach
  void needsNamespaces() {
    Namespaces.require();
  }

  private static String address(IpFamily family, int net, int host) {
    return family == IpFamily.IPV4
        ? "10.%d.0.%d".formatted(net, host)
        : "fd00:%d::%d".formatted(net, host);
  }

  private static ClusterEvent service(IpFamily family, String name, int host, int nodePort) {
    return new ClusterEvent.ServiceSet(
        new Service(
            new ObjectName("default", name),
            Instant.EPOCH,
            ServiceType.NODE_PORT,
            List.of(address(family, 96, host)),
            List.of(family),
            List.of(new Service.Port("", Protocol.TCP, 80, nodePort)),
            List.of(),
            List.of(),
            List.of(),
            TrafficPolicy.CLUSTER,
            TrafficPolicy.CLUSTER,
            0,
            0));
  }

  private static ClusterEvent endpoint(IpFamily family) {
    return new ClusterEvent.SliceSet(
        new EndpointSlice(
            new ObjectName("default", "web-1"),
            new ObjectName("default", "web"),
            family,
            List.of(new EndpointSlice.Port("", Protocol.TCP, 8080)),
            List.of(Endpoint.ready(address(family, 244, 1), "node-a")),
            Optional.empty()));
  }

  private static void connect(String to, int port) throws IOException {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(to, port), 10_000);
    }
  }

  @ParameterizedTest
  @EnumSource(IpFamily.class)
  void connectionsAreCountedByDestination(IpFamily family) throws Exception {
    NodeContext context = Contexts.of(family);
    ClusterSnapshot snapshot =
        ClusterSnapshot.empty()
            .apply(service(family, "web", 1, NODE_PORT))
            .apply(service(family, "lonely", 2, LONELY_NODE_PORT))
            .apply(endpoint(family));
    FamilyPlan plan = Planner.plan(FamilyPlan.empty(context), snapshot, context);
    try (NetworkNamespace namespace = NetworkNamespace.create()) {
      namespace.exec("ip", "link", "set", "lo", "up").orThrow();
      for (String own :
          List.of(address(family, 96, 1), address(family, 96, 2), address(family, 244, 1))) {
        String bits = family == IpFamily.IPV4 ? "/32" : "/128";
        namespace.exec("ip", "address", "add", own + bits, "dev", "lo").orThrow();
      }

      namespace.call(() -> {
        assertThat(backend.hits(family)).hasValueSatisfying(hits -> assertThat(hits).isEmpty());
        try (Dataplane dataplane = backend.open(family);
            ServerSocket server = new ServerSocket()) {
          assertThat(dataplane.commit(plan)).isInstanceOf(CommitResult.Committed.class);
          server.bind(new InetSocketAddress(address(family, 244, 1), 8080));
          for (int i = 0; i < 3; i++) {
            connect(address(family, 96, 1), 80);
          }
          connect(address(family, 244, 1), NODE_PORT);
          assertThatThrownBy(() -> connect(address(family, 96, 2), 80))
              .isInstanceOf(ConnectException.class);
        }
        Map<Destination, Hits> hits = backend.hits(family).orElseThrow();
        assertThat(hits)
            .containsEntry(virtual(family, 1), new Hits(3, 0))
            .containsEntry(new Destination.NodePort(Protocol.TCP, NODE_PORT), new Hits(1, 0))
            .containsEntry(new Destination.NodePort(Protocol.TCP, LONELY_NODE_PORT), Hits.NONE)
            .hasSize(4);
        // A client may knock more than once.
        assertThat(hits.get(virtual(family, 2)))
            .matches(refusals -> refusals.served() == 0 && refusals.refused() > 0);
        return true;
      });
    }
  }

  private static Destination virtual(IpFamily family, int host) {
    return new Destination.Virtual(IpAddress.of(address(family, 96, host)), Protocol.TCP, 80);
  }
}
