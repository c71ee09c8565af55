package io.pointsman.e2e;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.LoadBalancerIngress;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.PodIP;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.dsl.ExecWatch;
import io.pointsman.e2e.echo.EchoClient;
import io.pointsman.e2e.echo.Outcome;
import io.pointsman.e2e.echo.Question;
import io.pointsman.net.IpAddress;
import io.pointsman.net.IpFamily;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * The cluster of a kubeconfig. Everything is made in a namespace of its own, which is deleted at
 * the end; what a client does, {@code exec} does in a pod, which for a node has the node's network.
 */
final class KubeCluster implements TestCluster {
  private static final long LIMIT_SECONDS = 180;
  private static final long EXEC_SECONDS = 60;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final KubernetesClient client;
  private final String namespace;
  private final List<Node> nodes;
  private final List<Pod> pods;
  private final List<IpFamily> families;

  private KubeCluster(KubernetesClient client, String namespace, String image) {
    this.client = client;
    this.namespace = namespace;
    this.nodes =
        client.nodes().list().getItems().stream()
            .filter(
                node -> Optional.ofNullable(node.getSpec().getTaints()).orElse(List.of()).isEmpty())
            .map(KubeCluster::node)
            .limit(2)
            .toList();
    if (nodes.size() < 2) {
      throw new IllegalStateException(
          "the tests need two nodes without taints, and there are " + nodes.size());
    }
    client
        .resource(
            new NamespaceBuilder().withNewMetadata().withName(namespace).endMetadata().build())
        .create();
    EchoPods echo = new EchoPods(image);
    List<io.fabric8.kubernetes.api.model.Pod> wanted =
        List.of(
            echo.pod("a1", nodes.getFirst()),
            echo.pod("a2", nodes.getFirst()),
            echo.pod("b1", nodes.getLast()),
            echo.pod("b2", nodes.getLast()),
            echo.onNode(nodes.getFirst()),
            echo.onNode(nodes.getLast()));
    wanted.forEach(pod -> client.pods().inNamespace(namespace).resource(pod).create());
    this.pods = Stream.of("a1", "a2", "b1", "b2").map(this::ready).toList();
    nodes.forEach(node -> ready(node.name()));
    this.families = familiesOfServices();
  }

  /**
   * The cluster of this kubeconfig with pods of this image in it.
   *
   * @throws IllegalStateException when it has no two nodes without taints
   */
  static KubeCluster up(File kubeconfig, String image) {
    KubernetesClient client =
        new KubernetesClientBuilder().withConfig(Config.fromKubeconfig(kubeconfig)).build();
    String namespace = "pointsman-e2e-" + ProcessHandle.current().pid();
    try {
      return new KubeCluster(client, namespace, image);
    } catch (RuntimeException failed) {
      client.namespaces().withName(namespace).delete();
      client.close();
      throw failed;
    }
  }

  private static Node node(io.fabric8.kubernetes.api.model.Node node) {
    Map<IpFamily, IpAddress> addresses = new EnumMap<>(IpFamily.class);
    node.getStatus().getAddresses().stream()
        .filter(address -> address.getType().equals("InternalIP"))
        .map(address -> IpAddress.of(address.getAddress()))
        .forEach(address -> addresses.putIfAbsent(address.family(), address));
    return new Node(
        node.getMetadata().getName(),
        Optional.ofNullable(node.getMetadata().getLabels().get("topology.kubernetes.io/zone")),
        addresses);
  }

  private Pod ready(String name) {
    io.fabric8.kubernetes.api.model.Pod pod =
        client
            .pods()
            .inNamespace(namespace)
            .withName(name)
            .waitUntilReady(LIMIT_SECONDS, TimeUnit.SECONDS);
    Map<IpFamily, IpAddress> addresses = new EnumMap<>(IpFamily.class);
    pod.getStatus().getPodIPs().stream()
        .map(PodIP::getIp)
        .map(IpAddress::of)
        .forEach(address -> addresses.put(address.family(), address));
    Node on =
        nodes.stream()
            .filter(node -> node.name().equals(pod.getSpec().getNodeName()))
            .findFirst()
            .orElseThrow();
    return new Pod(name, on, addresses);
  }

  /** The API server's own Service has the first; a second is there when pods have two. */
  private List<IpFamily> familiesOfServices() {
    String first =
        client
            .services()
            .inNamespace("default")
            .withName("kubernetes")
            .get()
            .getSpec()
            .getIpFamilies()
            .getFirst();
    List<IpFamily> found = new ArrayList<>(pods.getFirst().addresses().keySet());
    found.sort((one, other) ->
        Boolean.compare(other.toString().equals(first), one.toString().equals(first)));
    return List.copyOf(found);
  }

  @Override
  public String mode() {
    return get(nodes.getFirst().name(), URI.create("http://127.0.0.1:10249/proxyMode"))
        .lines()
        .toList()
        .getLast();
  }

  @Override
  public List<IpFamily> families() {
    return families;
  }

  @Override
  public List<Node> nodes() {
    return nodes;
  }

  @Override
  public List<Pod> pods() {
    return pods;
  }

  /** Only of kind it is known that this machine reaches the nodes. */
  @Override
  public boolean hasOutside() {
    return client.nodes().list().getItems().stream()
        .allMatch(node -> String.valueOf(node.getSpec().getProviderID()).startsWith("kind://"));
  }

  @Override
  public List<Outcome> ask(String from, Question question) {
    if (from.equals(OUTSIDE)) {
      try {
        return EchoClient.ask(question);
      } catch (InterruptedException stop) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while asking", stop);
      }
    }
    List<String> words = new ArrayList<>(List.of("ask"));
    words.addAll(question.arguments());
    return exec(from, words).lines().map(Outcome::parse).toList();
  }

  @Override
  public String get(String from, URI url) {
    return from.equals(OUTSIDE) ? EchoClient.get(url) : exec(from, List.of("get", url.toString()));
  }

  private String exec(String pod, List<String> words) {
    String[] command =
        Stream.concat(Stream.of(EchoPods.PROGRAM), words.stream()).toArray(String[]::new);
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    ByteArrayOutputStream complaints = new ByteArrayOutputStream();
    try (ExecWatch running =
        client
            .pods()
            .inNamespace(namespace)
            .withName(pod)
            .writingOutput(said)
            .writingError(complaints)
            .exec(command)) {
      int code = running.exitCode().get(EXEC_SECONDS, TimeUnit.SECONDS);
      if (code == 0) {
        return said.toString(StandardCharsets.UTF_8);
      }
      throw new IllegalStateException(
          pod
              + " "
              + Arrays.toString(command)
              + ": exit code "
              + code
              + ", "
              + complaints.toString(StandardCharsets.UTF_8));
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while " + pod + " asks", stop);
    } catch (ExecutionException | TimeoutException failed) {
      throw new IllegalStateException("cannot run " + words + " in pod " + pod, failed);
    }
  }

  @Override
  public ObjectNode put(ObjectNode object) {
    HasMetadata made =
        client
            .resource(object.toString())
            .inNamespace(namespace)
            .forceConflicts()
            .serverSideApply();
    return JSON.valueToTree(made);
  }

  @Override
  public void setLoadBalancer(String service, List<IpAddress> addresses) {
    client
        .services()
        .inNamespace(namespace)
        .withName(service)
        .editStatus(old -> {
          old.getStatus()
              .getLoadBalancer()
              .setIngress(
                  addresses.stream()
                      .map(address -> {
                        LoadBalancerIngress ingress = new LoadBalancerIngress();
                        ingress.setIp(address.toString());
                        return ingress;
                      })
                      .toList());
          return old;
        });
  }

  @Override
  public void delete(ObjectNode object) {
    client.resource(object.toString()).inNamespace(namespace).delete();
  }

  @Override
  public void restartProxies() {
    var proxies = client.pods().inNamespace("kube-system").withLabel("k8s-app", "kube-proxy");
    List<String> before =
        proxies.list().getItems().stream().map(pod -> pod.getMetadata().getName()).toList();
    if (before.isEmpty()) {
      throw new IllegalStateException("no pods in kube-system have the label k8s-app=kube-proxy");
    }
    proxies.delete();
    before.forEach(name ->
        client
            .pods()
            .inNamespace("kube-system")
            .withName(name)
            .waitUntilCondition(java.util.Objects::isNull, LIMIT_SECONDS, TimeUnit.SECONDS));
    client
        .apps()
        .daemonSets()
        .inNamespace("kube-system")
        .withName("kube-proxy")
        .waitUntilCondition(
            set ->
                set.getStatus()
                    .getDesiredNumberScheduled()
                    .equals(set.getStatus().getNumberReady()),
            LIMIT_SECONDS,
            TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    client.namespaces().withName(namespace).delete();
    client.close();
  }

  @Override
  public String toString() {
    return "the cluster at " + client.getMasterUrl();
  }
}
