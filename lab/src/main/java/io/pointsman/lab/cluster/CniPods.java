package io.pointsman.lab.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import io.pointsman.lab.InterfaceAddress;
import io.pointsman.lab.Lab;
import io.pointsman.lab.LabException;
import io.pointsman.lab.Topology;
import io.pointsman.lab.cni.CniException;
import io.pointsman.lab.cni.CniRuntime;
import io.pointsman.lab.cni.Container;
import io.pointsman.lab.cni.NetworkList;
import io.pointsman.lab.control.PodRuntime;
import io.pointsman.lab.control.ProbeSender;
import io.pointsman.lab.control.ReadinessProbe;
import io.pointsman.lab.control.RunningPod;
import io.pointsman.lab.scenario.Manifest;
import io.pointsman.net.IpAddress;
import io.pointsman.netlink.netns.NamespaceException;
import io.pointsman.netlink.netns.NetworkNamespace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/** Makes pods: a namespace, plugged in at its node by CNI plugins, and a server in it. */
final class CniPods implements PodRuntime {
  private final Lab lab;
  private final PodServers servers;
  private final Map<String, CniRuntime> runtimes = new ConcurrentHashMap<>();
  private final Map<String, NetworkList> networks = new ConcurrentHashMap<>();

  /** Which pod has a port of a node, by {@code NODE:PORT}. */
  private final Map<String, String> mapped = new ConcurrentHashMap<>();

  /** The last thing that went wrong, by pod. */
  private final Map<String, String> failures = new ConcurrentHashMap<>();

  /**
   * @param directory its own, for the nodes' configuration lists and addresses
   */
  CniPods(ClusterPlan plan, Lab lab, Path directory, PodServers servers) throws IOException {
    this.lab = lab;
    this.servers = servers;
    for (Topology.Node node : plan.topology().nodes()) {
      Path lists = Files.createDirectories(directory.resolve(node.name()).resolve("net.d"));
      String json =
          plan.network(node, directory.resolve(node.name()).resolve("addresses")).toPrettyString();
      Files.writeString(lists.resolve("10-pods.conflist"), json + "\n");
      networks.put(node.name(), NetworkList.readAll(lists).getFirst());
      runtimes.put(
          node.name(), new CniRuntime(lab.namespace(node.name()), CniRuntime.DEBIAN_PLUGINS));
    }
  }

  /** What names a pod's place: its name, with its namespace before it unless that is default. */
  static String place(Manifest pod) {
    String namespace = pod.key().namespace();
    return namespace.equals("default") ? pod.key().name() : namespace + "/" + pod.key().name();
  }

  /** What keeps a pod from starting; nothing once it has started. */
  Map<String, String> failures() {
    return Map.copyOf(failures);
  }

  @Override
  public RunningPod start(Manifest pod) {
    String place = place(pod);
    try {
      Started started = begin(pod, place);
      failures.remove(place);
      return started;
    } catch (CniException | NamespaceException | LabException failed) {
      String why = String.valueOf(failed.getMessage());
      failures.put(place, why);
      throw new LabException("pod " + place + ": " + why, failed);
    }
  }

  private Started begin(Manifest pod, String place) {
    String node = pod.at("/spec/nodeName").asText();
    Topology.Node on =
        lab.topology()
            .node(node)
            .orElseThrow(() -> new LabException("there is no node '" + node + "'"));
    Started started = new Started(pod, place, on);
    try {
      started.plugIn();
      started.serve();
      return started;
    } catch (RuntimeException failed) {
      started.takeAway();
      throw failed;
    }
  }

  private final class Started implements RunningPod {
    private final Manifest pod;
    private final String place;
    private final Topology.Node node;
    private final boolean ownNetwork;
    private final List<String> ports = new ArrayList<>();
    private Optional<Container> container = Optional.empty();
    private Optional<PodServer> server = Optional.empty();
    private List<IpAddress> addresses = List.of();

    Started(Manifest pod, String place, Topology.Node node) {
      this.pod = pod;
      this.place = place;
      this.node = node;
      this.ownNetwork = !pod.at("/spec/hostNetwork").asBoolean();
    }

    void plugIn() {
      if (!ownNetwork) {
        addresses = node.addresses().stream().map(InterfaceAddress::address).toList();
        return;
      }
      List<Container.PortMapping> mappings = mapPorts();
      NetworkNamespace namespace = lab.join(place);
      Container plugged = new Container(place.replace('/', '_'), namespace, mappings);
      container = Optional.of(plugged);
      JsonNode result = runtime().add(network(), plugged);
      addresses =
          CniRuntime.addresses(result).stream()
              .map(text -> InterfaceAddress.of(text).address())
              .toList();
      reachNeighboursByGateway(namespace);
    }

    /**
     * An answer of an endpoint on the same bridge must come back through the node, which knows the
     * ClusterIP that was asked. A cluster's nodes set bridge-nf-call-iptables for the same end; not
     * every kernel has that for a namespace.
     */
    private void reachNeighboursByGateway(NetworkNamespace namespace) {
      node.podGateways()
          .forEach(gateway ->
              namespace
                  .exec("ip", "route", "del", gateway.network().toString(), "dev", "eth0")
                  .orThrow());
    }

    private List<Container.PortMapping> mapPorts() {
      List<Container.PortMapping> mappings = new ArrayList<>();
      for (JsonNode one : pod.at("/spec/containers")) {
        for (JsonNode port : one.path("ports")) {
          int onNode = port.path("hostPort").asInt();
          if (onNode > 0) {
            String key = node.name() + ":" + onNode;
            String other = mapped.putIfAbsent(key, place);
            if (other != null) {
              throw new LabException(
                  "port " + onNode + " of " + node.name() + " is already mapped to " + other);
            }
            ports.add(key);
            mappings.add(new Container.PortMapping(onNode, port.path("containerPort").asInt()));
          }
        }
      }
      return mappings;
    }

    private CniRuntime runtime() {
      return java.util.Objects.requireNonNull(runtimes.get(node.name()));
    }

    private NetworkList network() {
      return java.util.Objects.requireNonNull(networks.get(node.name()));
    }

    void serve() {
      server = Optional.of(servers.start(pod, ownNetwork ? place : node.name(), place, webPorts()));
    }

    private Set<Integer> webPorts() {
      Set<Integer> numbers = new TreeSet<>();
      for (JsonNode one : pod.at("/spec/containers")) {
        one.path("ports").forEach(port -> numbers.add(port.path("containerPort").asInt()));
      }
      return numbers.isEmpty() ? Set.of(PodImage.WEB_PORT) : numbers;
    }

    @Override
    public List<IpAddress> addresses() {
      return addresses;
    }

    @Override
    public boolean isRunning() {
      return server.isPresent() && server.get().isRunning();
    }

    @Override
    public boolean answers(ReadinessProbe.Question question) {
      return ProbeSender.answers(lab.namespace(node.name()), addresses.getFirst(), question);
    }

    /** The servers need no time to end: each request is answered at once. */
    @Override
    public void stop(Duration grace) {
      takeAway();
    }

    void takeAway() {
      server.ifPresent(PodServer::close);
      server = Optional.empty();
      try {
        container.ifPresent(one -> runtime().delete(network(), one));
      } finally {
        container.ifPresent(one -> lab.leave(place));
        container = Optional.empty();
        ports.forEach(mapped::remove);
        ports.clear();
      }
    }
  }
}
