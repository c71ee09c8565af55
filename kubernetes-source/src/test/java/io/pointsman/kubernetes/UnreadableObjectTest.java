package io.pointsman.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.pointsman.apiserver.ApiServer;
import io.pointsman.apiserver.ObjectRef;
import io.pointsman.model.ObjectName;
import io.pointsman.snapshot.ClusterEvent.NodeSet;
import io.pointsman.snapshot.ClusterEvent.ServiceGone;
import io.pointsman.snapshot.ClusterEvent.ServiceSet;
import io.pointsman.snapshot.ClusterEvent.SliceSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One object of a server that cannot be read holds up nothing but itself. */
class UnreadableObjectTest {
  private static final String TEXT = "a text is expected: put it in quotes";

  private final Heard heard = new Heard();
  private final ApiServer server = ApiServer.start();
  private final ApiClient api = ApiClient.ofUrl(server.url());
  private final ApiServerSource source = new ApiServerSource(api, "n1", new Random(1));

  @BeforeEach
  void serve() {
    server.put(
        """
        {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "n1"}}
        """);
  }

  @AfterEach
  void stop() {
    source.close();
    api.close();
    server.close();
  }

  private void put(String name, String ip) {
    server.put(
        """
        {"apiVersion": "v1", "kind": "Service", "metadata": {"namespace": "shop", "name": "%s"},
         "spec": {"clusterIP": %s, "ports": [{"port": 80}]}}
        """
            .formatted(name, ip));
  }

  private void putSlice(String name, String port) {
    server.put(
        """
        {"apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice",
         "metadata": {"namespace": "shop", "name": "%s",
          "labels": {"kubernetes.io/service-name": "web"}},
         "addressType": "IPv4", "ports": [{"port": %s}],
         "endpoints": [{"addresses": ["10.1.0.1"]}]}
        """
            .formatted(name, port));
  }

  private static Predicate<Object> set(String name, String ip) {
    return event ->
        event instanceof ServiceSet(var service)
            && service.name().equals(new ObjectName("shop", name))
            && service.clusterIps().contains(ip);
  }

  private static UnreadableObject service(String name, String problem, boolean kept) {
    return new UnreadableObject("services", new ObjectName("shop", name), problem, kept);
  }

  @Test
  void itIsLeftOutOfTheFirstListAndHeals() {
    put("odd", "5");
    put("web", "\"10.0.0.1\"");
    putSlice("web-1", "8080");
    source.start(heard);
    heard.all(
        List.of(
            set("web", "10.0.0.1"),
            SliceSet.class::isInstance,
            NodeSet.class::isInstance,
            Heard.Synced.class::isInstance));
    assertThat(heard.unreadable())
        .containsExactly(service("odd", "spec.clusterIP is 5: " + TEXT, false));
    put("odd", "\"10.0.0.2\"");
    heard.all(List.of(set("odd", "10.0.0.2")));
    assertThat(heard.unreadable()).isEmpty();
    assertThat(heard.rest()).noneMatch(Heard.Failing.class::isInstance);
  }

  @Test
  void itKeepsItsLastReadableStateInAWatch() {
    put("web", "\"10.0.0.1\"");
    source.start(heard);
    heard.next(Heard.Synced.class);
    put("web", "5");
    assertThat(heard.unreadable())
        .containsExactly(service("web", "spec.clusterIP is 5: " + TEXT, true));
    put("other", "\"10.0.0.3\"");
    assertThat(heard.next()).matches(set("other", "10.0.0.3"));
    put("web", "6");
    assertThat(heard.unreadable())
        .containsExactly(service("web", "spec.clusterIP is 6: " + TEXT, true));
    server.delete(ObjectRef.service("shop", "web"));
    assertThat(heard.next()).isEqualTo(new ServiceGone(new ObjectName("shop", "web")));
    assertThat(heard.unreadable()).isEmpty();
  }

  /** The list after a version was forgotten must not take it for deleted. */
  @Test
  void itKeepsItsLastReadableStateThroughANewList() {
    put("web", "\"10.0.0.1\"");
    put("leaves", "\"10.0.0.2\"");
    source.start(heard);
    heard.next(Heard.Synced.class);
    server.stallWatches();
    put("web", "5");
    put("new", "7");
    server.delete(ObjectRef.service("shop", "leaves"));
    server.compact();
    server.cutConnections();
    server.heal();
    heard.all(List.of(event -> event.equals(new ServiceGone(new ObjectName("shop", "leaves")))));
    assertThat(heard.unreadable())
        .isEqualTo(
            Set.of(
                service("web", "spec.clusterIP is 5: " + TEXT, true),
                service("new", "spec.clusterIP is 7: " + TEXT, false)));
    server.stallWatches();
    server.delete(ObjectRef.service("shop", "web"));
    server.delete(ObjectRef.service("shop", "new"));
    server.compact();
    server.cutConnections();
    server.heal();
    heard.all(List.of(event -> event.equals(new ServiceGone(new ObjectName("shop", "web")))));
    assertThat(heard.unreadable()).isEmpty();
  }

  @Test
  void thoseOfSeveralKindsAreOneSet() {
    source.start(heard);
    heard.next(Heard.Synced.class);
    put("odd", "[]");
    assertThat(heard.unreadable()).hasSize(1);
    putSlice("web-1", "\"http\"");
    assertThat(heard.unreadable())
        .isEqualTo(
            Set.of(
                service("odd", "spec.clusterIP is a list: a text is expected", false),
                new UnreadableObject(
                    "endpointslices",
                    new ObjectName("shop", "web-1"),
                    "ports[0].port is 'http': a whole number is expected",
                    false)));
  }

  /** The only Node that matters exists, though it cannot be read: no one is told otherwise. */
  @Test
  void aNodeThatCannotBeReadExists() {
    server.put(
        """
        {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "n1"}, "spec": {"podCIDR": 5}}
        """);
    source.start(heard);
    heard.next(Heard.Synced.class);
    assertThat(heard.unreadable()).extracting(UnreadableObject::title).containsExactly("nodes n1");
    assertThat(heard.rest()).noneMatch(Heard.Failing.class::isInstance);
  }
}
