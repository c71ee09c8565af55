package io.pointsman.lab.learn;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.pointsman.lab.AgentProxy;
import io.pointsman.lab.Lab;
import io.pointsman.lab.Topology;
import io.pointsman.lab.scenario.BaseObjects;
import io.pointsman.lab.scenario.ClusterObjects;
import io.pointsman.lab.scenario.Manifest;
import io.pointsman.lab.scenario.ProxyMode;
import io.pointsman.lab.scenario.ProxyUnderTest;
import io.pointsman.lab.scenario.ScenarioException;
import io.pointsman.lab.scenario.ScenarioReader;
import io.pointsman.lab.servers.DnsServer;
import io.pointsman.lab.servers.IngressServer;
import io.pointsman.lab.servers.WebServer;
import io.pointsman.lab.servers.ZoneServer;
import io.pointsman.net.IpAddress;
import io.pointsman.netlink.netns.NetworkNamespace;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The cluster of a row: a lab, its objects, the real agent on each node once it is asked for, and
 * the servers that were started.
 */
final class RowCluster implements AutoCloseable {
  /** The kube-apiserver's default for {@code --service-node-port-range}. */
  private static final int FIRST_NODE_PORT = 30_000;

  private static final int LAST_NODE_PORT = 32_767;

  private static final String WORLD = "example.org";
  private static final String WORLD_ZONE =
      """
      $ORIGIN example.org.
      $TTL 5
      @ SOA ns hostmaster 1 7200 1800 86400 5
      @ NS ns
      ns A 172.29.0.1
      www A 192.0.2.80
      """;

  private final Lab lab;
  private final AgentProxy agents = new AgentProxy(AgentProxy.Supply.API_SERVER);

  /** Servers that are told of all objects when they change. */
  private final List<Consumer<ClusterObjects>> listeners = new ArrayList<>();

  /** What ends each server. */
  private final List<Runnable> ends = new ArrayList<>();

  private ClusterObjects objects;
  private Optional<ProxyUnderTest.Running> running = Optional.empty();

  RowCluster(Topology topology) {
    this.lab = Lab.up(topology);
    this.objects = ClusterObjects.of(BaseObjects.of(topology));
  }

  Lab lab() {
    return lab;
  }

  /** Starts the agents anew in this mode; rules of the other are theirs to replace. */
  void proxy(ProxyMode mode) {
    stop();
    Topology topology = lab.topology();
    running =
        Optional.of(
            agents.start(
                new ProxyUnderTest.Deployment(
                    lab,
                    topology.nodes(),
                    mode,
                    BaseObjects.configuration(
                        topology, mode, JsonNodeFactory.instance.objectNode())),
                objects));
  }

  /**
   * Puts objects on the API servers; returns when the rules are in all kernels and all servers
   * know.
   *
   * @return what was applied, a line each
   * @throws ScenarioException when they are wrong; none of them is applied then
   */
  String apply(String text) {
    List<Manifest> read =
        new ScenarioReader(lab.topology()).read("apply", "objects:\n" + text.indent(2)).objects();
    read.forEach(RowCluster::refuseBadNodePorts);
    objects = objects.with(read);
    running.ifPresent(agents -> {
      agents.publish(objects);
      agents.awaitProgrammed();
    });
    listeners.forEach(listener -> listener.accept(objects));
    return String.join("\n", read.stream().map(one -> one.key() + " applied").toList());
  }

  /** In the words of the kube-apiserver. */
  private static void refuseBadNodePorts(Manifest manifest) {
    int index = 0;
    for (JsonNode port : manifest.at("/spec/ports")) {
      int number = port.path("nodePort").asInt(FIRST_NODE_PORT);
      if (number < FIRST_NODE_PORT || number > LAST_NODE_PORT) {
        throw new ScenarioException(
            "%s \"%s\" is invalid: spec.ports[%d].nodePort: Invalid value: %d: provided port is not in the valid range. The range of valid ports is %d-%d"
                .formatted(
                    manifest.key().kind(),
                    manifest.key().name(),
                    index,
                    number,
                    FIRST_NODE_PORT,
                    LAST_NODE_PORT));
      }
      index++;
    }
  }

  /** Starts a server; returns when it serves. */
  void serve(RowAction.Serve serve, Path directory) {
    NetworkNamespace place = lab.namespace(serve.in());
    switch (serve.server()) {
      case DNS -> {
        DnsServer server =
            DnsServer.start(place, directory, objects, serve.upstream().map(IpAddress::of));
        ends.add(server::close);
        listeners.add(server::update);
      }
      case WORLD -> {
        ZoneServer server = ZoneServer.start(place, directory, WORLD, WORLD_ZONE, Optional.empty());
        ends.add(server::close);
      }
      case INGRESS -> {
        IngressServer server = IngressServer.start(place, directory, objects);
        ends.add(server::close);
        listeners.add(server::update);
      }
      case WEB -> {
        WebServer server = WebServer.start(place, serve.in(), directory);
        ends.add(server::close);
      }
    }
  }

  private void stop() {
    running.ifPresent(ProxyUnderTest.Running::close);
    running = Optional.empty();
  }

  @Override
  public void close() {
    ends.forEach(Runnable::run);
    stop();
    lab.close();
  }
}
