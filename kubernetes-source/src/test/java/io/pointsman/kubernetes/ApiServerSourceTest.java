package io.pointsman.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.pointsman.apiserver.ApiServer;
import io.pointsman.model.ObjectName;
import io.pointsman.snapshot.ClusterEvent.NodeSet;
import io.pointsman.snapshot.ClusterEvent.ServiceGone;
import io.pointsman.snapshot.ClusterEvent.ServiceSet;
import io.pointsman.snapshot.ClusterEvent.SliceGone;
import io.pointsman.snapshot.ClusterEvent.SliceSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ApiServerSourceTest {
  private final Heard heard = new Heard();
  private ApiServer server = ApiServer.start();
  private ApiClient api = ApiClient.ofUrl("http://127.0.0.1:1");
  private ApiServerSource source = new ApiServerSource(api, "n1", new Random(1));

  @BeforeEach
  void serve() {
    try (KubernetesClient client = client()) {
      client
          .resource(new NodeBuilder().withNewMetadata().withName("n1").endMetadata().build())
          .create();
      client
          .resource(new NodeBuilder().withNewMetadata().withName("n2").endMetadata().build())
          .create();
    }
  }

  @AfterEach
  void stop() {
    source.close();
    api.close();
    server.close();
  }

  private KubernetesClient client() {
    return TypedClient.to(server.url());
  }

  private void follow(String nodeName) {
    api = ApiClient.ofUrl(server.url());
    source = new ApiServerSource(api, nodeName, new Random(1));
    source.start(heard);
  }

  private static Service service(String name, String ip) {
    return new ServiceBuilder()
        .withNewMetadata()
        .withName(name)
        .withNamespace("shop")
        .endMetadata()
        .withNewSpec()
        .withClusterIP(ip)
        .addNewPort()
        .withPort(80)
        .endPort()
        .endSpec()
        .build();
  }

  private static EndpointSlice slice(String name, String address) {
    return new EndpointSliceBuilder()
        .withNewMetadata()
        .withName(name)
        .withNamespace("shop")
        .addToLabels("kubernetes.io/service-name", "web")
        .endMetadata()
        .withAddressType("IPv4")
        .addNewEndpoint()
        .withAddresses(address)
        .endEndpoint()
        .build();
  }

  private void set(String name, String ip) {
    heard.next(
        ServiceSet.class,
        set ->
            set.service().name().equals(new ObjectName("shop", name))
                && set.service().clusterIps().contains(ip));
  }

  private void gone(String name) {
    heard.next(ServiceGone.class, gone -> gone.name().equals(new ObjectName("shop", name)));
  }

  @Test
  void listsThenFollows() {
    try (KubernetesClient client = client()) {
      client.resource(service("web", "10.0.0.1")).create();
      client.resource(service("headless", "None")).create();
      follow("n1");
      heard.next(Heard.Synced.class);
      client.resource(service("dns", "10.0.0.2")).create();
      set("dns", "10.0.0.2");
      client.resource(service("dns", "10.0.0.3")).update();
      set("dns", "10.0.0.3");
      client.resource(slice("web-1", "10.1.0.1")).create();
      heard.next(
          SliceSet.class, set -> set.slice().endpoints().getFirst().address().equals("10.1.0.1"));
      client.resource(slice("web-1", "10.1.0.2")).update();
      heard.next(
          SliceSet.class, set -> set.slice().endpoints().getFirst().address().equals("10.1.0.2"));
      client.resource(slice("web-1", "10.1.0.2")).delete();
      heard.next(SliceGone.class);
      client.resource(service("web", "10.0.0.1")).delete();
      gone("web");
    }
  }

  @Test
  void everythingThatExistsComesBeforeSynced() {
    try (KubernetesClient client = client()) {
      client.resource(service("web", "10.0.0.1")).create();
      client.resource(service("headless", "None")).create();
      client.resource(slice("web-1", "10.1.0.1")).create();
    }
    follow("n1");
    List<Object> before = new ArrayList<>();
    for (Object next = heard.next(); !(next instanceof Heard.Synced); next = heard.next()) {
      before.add(next);
    }
    assertThat(before).hasAtLeastOneElementOfType(ServiceSet.class);
    assertThat(before).hasAtLeastOneElementOfType(SliceSet.class);
    assertThat(before).hasAtLeastOneElementOfType(NodeSet.class);
  }

  @Test
  void aServiceThatIsHiddenByALabelIsGone() {
    try (KubernetesClient client = client()) {
      client.resource(service("web", "10.0.0.1")).create();
      follow("n1");
      heard.next(Heard.Synced.class);
      client
          .services()
          .inNamespace("shop")
          .withName("web")
          .edit(s ->
              new ServiceBuilder(s)
                  .editMetadata()
                  .addToLabels("service.kubernetes.io/service-proxy-name", "other")
                  .endMetadata()
                  .build());
      gone("web");
      client
          .services()
          .inNamespace("shop")
          .withName("web")
          .edit(s ->
              new ServiceBuilder(s)
                  .editMetadata()
                  .removeFromLabels("service.kubernetes.io/service-proxy-name")
                  .endMetadata()
                  .build());
      set("web", "10.0.0.1");
    }
  }

  @Test
  void whatChangedWhileTheServerWasAwayArrives() {
    try (KubernetesClient client = client()) {
      client.resource(service("stays", "10.0.0.1")).create();
      client.resource(service("leaves", "10.0.0.2")).create();
    }
    follow("n1");
    heard.next(Heard.Synced.class);
    int port = server.port();
    server.close();
    assertThat(heard.next(Heard.Failing.class).message())
        .startsWith("cannot reach the API server at http://127.0.0.1:" + port + " (")
        .endsWith("): check the address and that the server runs; retrying");

    server = ApiServer.start(ApiServer.Options.defaults().withPort(port));
    try (KubernetesClient client = client()) {
      client.resource(service("comes", "10.0.0.3")).create();
      client.resource(service("stays", "10.0.0.9")).create();
      client
          .resource(new NodeBuilder().withNewMetadata().withName("n1").endMetadata().build())
          .create();
    }
    heard.all(
        List.of(
            event -> event.equals(new ServiceGone(new ObjectName("shop", "leaves"))),
            event -> event instanceof ServiceSet(var set) && set.name().name().equals("comes"),
            event -> event instanceof ServiceSet(var set) && set.clusterIps().contains("10.0.0.9"),
            Heard.Recovered.class::isInstance));
  }

  @Test
  void anUnknownNodeIsToldAndIsNoObstacle() {
    follow("n3");
    var first = List.of(heard.next(), heard.next());
    assertThat(first).contains(new Heard.Synced());
    assertThat(first)
        .anySatisfy(heard ->
            assertThat(heard.toString()).contains("Node 'n3' does not exist in the cluster"));
    try (KubernetesClient client = client()) {
      client
          .resource(new NodeBuilder().withNewMetadata().withName("n3").endMetadata().build())
          .create();
    }
    heard.next(NodeSet.class, set -> set.node().name().equals("n3"));
    heard.next(Heard.Recovered.class);
  }
}
