package io.pointsman.lab.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pointsman.agent.AgentOptions;
import io.pointsman.apiserver.ApiServer;
import io.pointsman.apiserver.ObjectRef;
import io.pointsman.lab.InterfaceAddress;
import io.pointsman.lab.Lab;
import io.pointsman.lab.LabException;
import io.pointsman.lab.Topology;
import io.pointsman.lab.control.LabControl;
import io.pointsman.lab.scenario.ClusterObjects;
import io.pointsman.lab.scenario.Manifest;
import io.pointsman.netlink.netns.NetworkNamespace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;

/** A cluster that is up. Everything of it but its directory ends with this process. */
final class Cluster implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(Cluster.class.getName());
  private static final int API_PORT = 6443;
  private static final Duration PODS_LIMIT = Duration.ofSeconds(60);
  private static final Duration FOREVER = Duration.ofDays(365);

  private final ClusterPlan plan;
  private final Path directory;
  private final List<AutoCloseable> parts = new ArrayList<>();
  private final Map<String, NodeAgent> agents = new LinkedHashMap<>();
  private final Lab lab;
  private final ApiServer api;
  private final CniPods pods;
  private final ClusterServers servers;
  private final String kubectlUrl;

  private Cluster(ClusterSpec spec, Path directory) throws IOException {
    this.plan = ClusterPlan.of(spec);
    this.directory = directory;
    try {
      lab = Lab.up(plan.topology());
      parts.add(lab);
      overlay();
      api = startApi();
      parts.add(api);
      kubectlUrl = api.listenOnLoopback();
      plan.baseObjects().forEach(object -> api.put(object.json()));
      servers = new ClusterServers(lab, directory.resolve("servers"), this::objects);
      pods = new CniPods(plan, lab, directory.resolve("cni"), servers);
      startAgents();
      LabControl control = inside(ClusterPlan.FABRIC, () -> LabControl.start(api.url(), pods));
      parts.add(control);
      watch();
      spec.objects().forEach(this::apply);
      agents.values().forEach(NodeAgent::awaitProgrammed);
      awaitPods();
    } catch (IOException | RuntimeException failed) {
      close();
      throw failed;
    }
  }

  /**
   * Builds a cluster and waits until its pods are ready and its agents serve.
   *
   * @param directory its own; whoever gives it removes it
   * @throws LabException saying what failed; nothing is left in the kernel then
   */
  static Cluster up(ClusterSpec spec, Path directory) {
    try {
      return new Cluster(spec, directory);
    } catch (IOException failed) {
      throw new LabException("the cluster did not come up: " + failed.getMessage(), failed);
    }
  }

  private void overlay() {
    if (plan.spec().podNetwork() == PodNetwork.OVERLAY) {
      for (Topology.Node node : plan.topology().nodes()) {
        batch(node.name(), "ip", plan.overlayLinks(node));
        batch(node.name(), "bridge", plan.overlayPeers(node));
      }
    }
  }

  private void batch(String place, String program, List<String> lines) {
    lab.namespace(place)
        .execWithInput(String.join("\n", lines) + "\n", program, "-batch", "-")
        .orThrow();
  }

  private ApiServer startApi() {
    InterfaceAddress first = plan.topology().fabric().addresses().getFirst();
    return inside(
        ClusterPlan.FABRIC,
        () ->
            ApiServer.start(
                new ApiServer.Options(
                    first.address().toInetAddress(),
                    API_PORT,
                    ApiServer.Options.defaults().history())));
  }

  private <T> T inside(String place, java.util.concurrent.Callable<T> task) {
    try {
      return lab.namespace(place).call(task);
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw new LabException("interrupted in " + place, stop);
    } catch (RuntimeException unchecked) {
      throw unchecked;
    } catch (Exception failed) {
      throw new LabException("failed in " + place + ": " + failed.getMessage(), failed);
    }
  }

  private void startAgents() throws IOException {
    Path file =
        Files.writeString(
            directory.resolve("kube-proxy.yaml"), plan.proxyConfiguration().toPrettyString());
    for (Topology.Node node : plan.topology().nodes()) {
      NodeAgent agent =
          NodeAgent.start(
              lab.namespace(node.name()),
              AgentOptions.ofConfiguration(file, node.hostName()),
              api.url());
      parts.add(agent);
      agents.put(node.name(), agent);
    }
  }

  /** Follows the objects: completes Services that others wrote, and tells the servers. */
  private void watch() {
    Thread thread = Thread.ofPlatform().daemon().name("cluster watch").unstarted(this::follow);
    parts.add(() -> {
      thread.interrupt();
      thread.join();
    });
    thread.start();
  }

  private void follow() {
    long seen = 0;
    try {
      while (true) {
        seen = api.awaitChange(seen, FOREVER);
        try {
          ClusterObjects now = objects();
          ServiceAddresses addresses = new ServiceAddresses(plan.spec().ranges(), now);
          now.manifests().stream()
              .filter(one -> !addresses.complete(one).equals(one))
              .forEach(this::complete);
          servers.tell(now);
        } catch (RuntimeException refused) {
          LOG.log(Level.WARNING, "an object cannot be served", refused);
        }
      }
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void complete(Manifest service) {
    Manifest whole = new ServiceAddresses(plan.spec().ranges(), objects()).complete(service);
    if (!whole.equals(service) && objects().get(service.key()).equals(Optional.of(service))) {
      api.put(whole.json());
    }
  }

  private ClusterObjects objects() {
    return ClusterObjects.of(
        api.objects().stream().map(tree -> Manifest.of((ObjectNode) tree)).toList());
  }

  /**
   * Takes an object as {@code kubectl apply} does.
   *
   * @return what became of it, such as {@code Service default/web created}
   * @throws LabException when it cannot be taken
   */
  synchronized String apply(Manifest object) {
    ClusterObjects before = objects();
    new ObjectRules(plan.spec().nodes(), plan.spec().ranges(), before)
        .objection(object)
        .ifPresent(why -> {
          throw new LabException(object.key() + ": " + why);
        });
    Manifest whole = new ServiceAddresses(plan.spec().ranges(), before).complete(object);
    Optional<Manifest> old = before.get(whole.key());
    long version = api.version();
    long after = api.put(merged(old, whole));
    return whole.key()
        + (old.isEmpty() ? " created" : after > version ? " configured" : " unchanged");
  }

  /** What the object does not say stays as it is: status, and what others have added. */
  private static JsonNode merged(Optional<Manifest> old, Manifest object) {
    ObjectNode json = object.json();
    old.ifPresent(before -> {
      if (!json.has("status") && before.json().has("status")) {
        json.set("status", before.at("/status"));
      }
      JsonNode node = before.at("/spec/nodeName");
      if (object.key().kind().equals("Pod") && !node.isMissingNode()) {
        json.withObject("/spec").set("nodeName", node);
      }
    });
    return json;
  }

  /** Deletes an object; false when it was not there. */
  boolean delete(ObjectRef object) {
    return api.delete(object).isPresent();
  }

  private void awaitPods() {
    long deadline = System.nanoTime() + PODS_LIMIT.toNanos();
    long seen = 0;
    try {
      List<String> waiting = waiting();
      while (!waiting.isEmpty()) {
        pods.failures().values().stream()
            .findFirst()
            .ifPresent(why -> {
              throw new LabException(why);
            });
        if (System.nanoTime() - deadline > 0) {
          throw new LabException("after a minute still not ready: " + String.join(", ", waiting));
        }
        seen = api.awaitChange(seen, Duration.ofMillis(200));
        waiting = waiting();
      }
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw new LabException("interrupted while pods start", stop);
    }
  }

  /** Pods that are not ready, and Deployments that have not all of theirs. */
  private List<String> waiting() {
    List<String> waiting = new ArrayList<>();
    for (Manifest object : objects().manifests()) {
      boolean late =
          switch (object.key().kind()) {
            case "Pod" -> !ObjectViews.isReady(object);
            case "Deployment" ->
                object.at("/status/readyReplicas").asInt() < object.at("/spec/replicas").asInt(1);
            default -> false;
          };
      if (late) {
        waiting.add(object.key().toString());
      }
    }
    return waiting;
  }

  /** A kubeconfig for kubectl outside of the lab. */
  String kubeconfig() {
    return plan.kubeconfig(kubectlUrl);
  }

  /**
   * The network namespace of a node, a pod, or one of the other machines.
   *
   * @throws LabException listing the names there are
   */
  NetworkNamespace namespace(String place) {
    return lab.namespace(place);
  }

  /** What a pod has in {@code /etc/resolv.conf}; empty for other places, and without DNS. */
  Optional<String> resolver(String place) {
    Optional<Manifest> dns =
        objects().manifests().stream()
            .filter(one -> one.key().toString().equals("Service kube-system/kube-dns"))
            .findFirst();
    Optional<Manifest> pod =
        objects().manifests().stream()
            .filter(one -> one.key().kind().equals("Pod") && CniPods.place(one).equals(place))
            .findFirst();
    return dns.flatMap(service ->
        pod.map(one ->
            "nameserver "
                + service.at("/spec/clusterIP").asText()
                + "\nsearch "
                + one.key().namespace()
                + ".svc.cluster.local svc.cluster.local cluster.local\noptions ndots:5\n"));
  }

  /** What can be told of it now. */
  ClusterView view() {
    Topology topology = plan.topology();
    ObjectViews views = new ObjectViews(objects(), pods.failures());
    return new ClusterView(
        plan.spec().name(),
        plan.spec().backend().toString(),
        plan.spec().podNetwork().toString(),
        String.join(", ", plan.spec().ranges().nodes().stream().map(Object::toString).toList()),
        new ClusterView.MachineView(ClusterPlan.FABRIC, addresses(topology.fabric().addresses())),
        new ClusterView.MachineView(
            ClusterPlan.CLIENT, addresses(topology.clients().getFirst().addresses())),
        routes(ClusterPlan.CLIENT),
        topology.nodes().stream().map(this::node).toList(),
        views.pods(),
        views.services(),
        directory.resolve("kubeconfig").toString());
  }

  private ClusterView.NodeView node(Topology.Node node) {
    return new ClusterView.NodeView(
        node.name(),
        addresses(node.addresses()),
        node.podGateways().stream().map(InterfaceAddress::toString).toList(),
        routes(node.name()),
        Optional.ofNullable(agents.get(node.name())).map(NodeAgent::health).orElse("none"));
  }

  private static List<String> addresses(List<InterfaceAddress> all) {
    return all.stream().map(one -> one.address().toString()).toList();
  }

  /** The routes of a place that go by another machine, but for those to everywhere. */
  private List<String> routes(String place) {
    List<String> routes = new ArrayList<>();
    for (String family : List.of("-4", "-6")) {
      lab.namespace(place)
          .exec("ip", family, "route", "show")
          .output()
          .lines()
          .filter(line -> line.contains(" via ") && !line.startsWith("default"))
          .map(line -> line.replaceAll(" (metric|pref|proto|onlink).*", "").strip())
          .forEach(routes::add);
    }
    return routes;
  }

  @Override
  public void close() {
    for (AutoCloseable part : parts.reversed()) {
      try {
        part.close();
      } catch (InterruptedException stop) {
        Thread.currentThread().interrupt();
      } catch (Exception failed) {
        LOG.log(Level.WARNING, "a part of the cluster did not end well", failed);
      }
    }
    parts.clear();
  }
}
