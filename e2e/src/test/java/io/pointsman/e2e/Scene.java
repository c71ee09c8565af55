package io.pointsman.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.pointsman.e2e.echo.Outcome;
import io.pointsman.e2e.echo.Question;
import io.pointsman.e2e.echo.Question.Transport;
import io.pointsman.net.IpAddress;
import io.pointsman.net.IpFamily;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** The objects of one test, which vanish with it, and looks at what becomes of packets. */
final class Scene implements AutoCloseable {
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final Duration PAUSE = Duration.ofMillis(100);

  /** Connections in one look: of four endpoints none is missed but once in ten thousand looks. */
  private static final int ROUND = 40;

  private final TestCluster cluster;
  private final Deque<ObjectNode> made = new ArrayDeque<>();

  Scene(TestCluster cluster) {
    this.cluster = cluster;
  }

  /** Writes a Service; the spec is YAML, and gets the family when it names none. */
  Service service(String name, IpFamily family, String spec) {
    ObjectNode wanted = object("v1", "Service", name);
    ObjectNode tree = yaml(spec);
    if (!tree.has("ipFamilies") && !tree.path("type").asText().equals("ExternalName")) {
      tree.putArray("ipFamilies").add(family.toString());
    }
    wanted.set("spec", tree);
    return service(wanted);
  }

  /** Writes a Service whose labels decide who serves it. */
  Service labelled(String name, IpFamily family, String labels, String spec) {
    ObjectNode wanted = object("v1", "Service", name);
    wanted.withObject("/metadata").set("labels", yaml(labels));
    ObjectNode tree = yaml(spec);
    tree.putArray("ipFamilies").add(family.toString());
    wanted.set("spec", tree);
    return service(wanted);
  }

  private Service service(ObjectNode wanted) {
    return new Service(put(wanted));
  }

  /** Writes an EndpointSlice of this Service; its ports are YAML, a list. */
  void slice(String name, Service service, String ports, Backend... backends) {
    slice(name, service, service.family(), ports, List.of(backends));
  }

  /** As the controller labels the slices of a Service that is labelled headless. */
  void sliceOfHeadless(String name, Service service, String ports, Backend... backends) {
    ObjectNode slice = slice(name, service.name());
    slice.withObject("/metadata/labels").put("service.kubernetes.io/headless", "");
    put(filled(slice, service.family(), ports, List.of(backends)));
  }

  /** As the other, of one family of a Service that has two. */
  void slice(String name, Service service, IpFamily family, String ports, List<Backend> backends) {
    put(filled(slice(name, service.name()), family, ports, backends));
  }

  private static ObjectNode slice(String name, String service) {
    ObjectNode slice = object("discovery.k8s.io/v1", "EndpointSlice", name);
    slice
        .withObject("/metadata")
        .putObject("labels")
        .put("kubernetes.io/service-name", service)
        .put("endpointslice.kubernetes.io/managed-by", "pointsman-e2e");
    return slice;
  }

  private static ObjectNode filled(
      ObjectNode slice, IpFamily family, String ports, List<Backend> backends) {
    slice.put("addressType", family.toString());
    slice.set("ports", yaml("ports: " + ports).path("ports"));
    var endpoints = slice.putArray("endpoints");
    backends.forEach(backend -> endpoints.add(backend.endpoint(family)));
    return slice;
  }

  private ObjectNode put(ObjectNode wanted) {
    made.removeIf(old ->
        old.path("kind").equals(wanted.path("kind"))
            && old.at("/metadata/name").equals(wanted.at("/metadata/name")));
    made.push(wanted);
    return cluster.put(wanted);
  }

  void delete(String kind, String name) {
    made.stream()
        .filter(old ->
            old.path("kind").asText().equals(kind)
                && old.at("/metadata/name").asText().equals(name))
        .toList()
        .forEach(old -> {
          made.remove(old);
          cluster.delete(old);
        });
  }

  private static ObjectNode object(String version, String kind, String name) {
    ObjectNode object = YAML.createObjectNode().put("apiVersion", version).put("kind", kind);
    object.putObject("metadata").put("name", name);
    return object;
  }

  private static ObjectNode yaml(String text) {
    try {
      return (ObjectNode) YAML.readTree(text);
    } catch (IOException wrong) {
      throw new UncheckedIOException("a test's YAML is wrong: " + text, wrong);
    }
  }

  /** Looks until connections end at exactly these places, each at least once. */
  void await(String from, Transport transport, IpAddress to, int port, String... places) {
    Set<String> wanted = new TreeSet<>(List.of(places));
    String what = from + " -> " + to + " port " + port + " " + transport;
    // A kernel sends so many refusals a second to one client and no more (icmp_ratelimit): one
    // does.
    int count = wanted.equals(Set.of("refused")) ? 1 : ROUND;
    Question question = new Question(transport, to.toString(), port, count, 0);
    awaitThat(what, () -> places(cluster.ask(from, question)), wanted::equals);
  }

  /** Looks until no pod answers any more: by a refusal or by silence, as the network does it. */
  void awaitGone(String from, IpAddress to, int port) {
    awaitThat(
        from + " -> " + to + " port " + port + ", which is gone",
        () -> look(from, Transport.TCP, to, port),
        seen -> seen.stream().noneMatch(Outcome.Answered.class::isInstance));
  }

  /** As {@link #await}, and the servers see exactly these addresses as the clients'. */
  void awaitSources(String from, IpAddress to, int port, Collection<IpAddress> sources) {
    awaitThat(
        "what servers see of " + from + " at " + to + " port " + port,
        () ->
            look(from, Transport.TCP, to, port).stream()
                .map(Scene::source)
                .collect(Collectors.toCollection(TreeSet::new)),
        Set.copyOf(sources.stream().map(IpAddress::toString).toList())::equals);
  }

  private static String source(Outcome outcome) {
    return outcome instanceof Outcome.Answered answered
        ? IpAddress.of(answered.source()).toString()
        : outcome.toString();
  }

  /** One look: forty connections at the same time. */
  List<Outcome> look(String from, Transport transport, IpAddress to, int port) {
    return cluster.ask(from, new Question(transport, to.toString(), port, ROUND, 0));
  }

  /** One datagram from this source port, as of a flow that goes on. */
  String datagram(String from, IpAddress to, int port, int sourcePort) {
    Question question = new Question(Transport.UDP, to.toString(), port, 1, sourcePort);
    return cluster.ask(from, question).getFirst().place();
  }

  /** Sends datagrams of one flow until this place answers. */
  void awaitDatagram(String from, IpAddress to, int port, int sourcePort, String place) {
    awaitThat(
        "UDP flow " + from + " port " + sourcePort + " -> " + to + " port " + port,
        () -> datagram(from, to, port, sourcePort),
        place::equals);
  }

  /** Asks until the answer's status line and body are as they should be. */
  String awaitHttp(String from, String url, Predicate<String> right) {
    return awaitThat(from + " GET " + url, () -> cluster.get(from, URI.create(url)), right);
  }

  /** The places in a look, without the clients' addresses. */
  static Set<String> places(List<Outcome> outcomes) {
    return outcomes.stream().map(Outcome::place).collect(Collectors.toCollection(TreeSet::new));
  }

  /** Looks again and again for half a minute. */
  static <T> T awaitThat(String what, Supplier<T> look, Predicate<T> right) {
    List<T> seen = new ArrayList<>();
    long deadline = System.nanoTime() + LIMIT.toNanos();
    T last = look.get();
    while (!right.test(last) && System.nanoTime() - deadline < 0) {
      if (seen.isEmpty() || !seen.getLast().equals(last)) {
        seen.add(last);
      }
      LockSupport.parkNanos(PAUSE.toNanos());
      last = look.get();
    }
    assertThat(last).as("%s, seen before: %s", what, seen).matches(right, "as it should be");
    return last;
  }

  /** Deletes all, EndpointSlices before their Services. */
  @Override
  public void close() {
    List<ObjectNode> all = new ArrayList<>(made);
    all.sort(Comparator.comparing(object -> object.path("kind").asText()));
    all.forEach(cluster::delete);
    made.clear();
  }
}
