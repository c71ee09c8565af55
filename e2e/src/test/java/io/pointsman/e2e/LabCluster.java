package io.pointsman.e2e;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pointsman.e2e.echo.EchoClient;
import io.pointsman.e2e.echo.Outcome;
import io.pointsman.e2e.echo.Question;
import io.pointsman.lab.AgentProxy;
import io.pointsman.lab.InterfaceAddress;
import io.pointsman.lab.Lab;
import io.pointsman.lab.Topology;
import io.pointsman.lab.scenario.BaseObjects;
import io.pointsman.lab.scenario.ClusterObjects;
import io.pointsman.lab.scenario.Manifest;
import io.pointsman.lab.scenario.ObjectKey;
import io.pointsman.lab.scenario.ProxyMode;
import io.pointsman.lab.scenario.ProxyUnderTest;
import io.pointsman.net.IpAddress;
import io.pointsman.net.IpFamily;
import java.net.URI;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;

/** A cluster in network namespaces; the agents list and watch API servers over HTTP. */
final class LabCluster implements TestCluster {
  private final Lab lab;
  private final ProxyMode mode;
  private final AgentProxy proxy = new AgentProxy(AgentProxy.Supply.API_SERVER);
  private final LabAllocation allocation;
  private ClusterObjects objects;
  private ProxyUnderTest.Running running;

  private LabCluster(Lab lab, ProxyMode mode) {
    this.lab = lab;
    this.mode = mode;
    this.allocation = new LabAllocation(lab.topology().serviceCidrs());
    this.objects = ClusterObjects.of(BaseObjects.of(lab.topology()));
    this.running = proxy.start(deployment(), objects);
  }

  static LabCluster up(ProxyMode mode) {
    Lab lab = Lab.up(Topology.standard(2, 2));
    try {
      return new LabCluster(lab, mode);
    } catch (RuntimeException failed) {
      lab.close();
      throw failed;
    }
  }

  private ProxyUnderTest.Deployment deployment() {
    Topology topology = lab.topology();
    ObjectNode configuration =
        BaseObjects.configuration(topology, mode, JsonNodeFactory.instance.objectNode());
    return new ProxyUnderTest.Deployment(lab, topology.nodes(), mode, configuration);
  }

  @Override
  public String mode() {
    return get(nodes().getFirst().name(), URI.create("http://127.0.0.1:10249/proxyMode"))
        .lines()
        .toList()
        .getLast();
  }

  @Override
  public List<IpFamily> families() {
    return List.of(IpFamily.IPV4, IpFamily.IPV6);
  }

  @Override
  public List<Node> nodes() {
    return lab.topology().nodes().stream().map(LabCluster::node).toList();
  }

  private static Node node(Topology.Node node) {
    return new Node(
        node.hostName(),
        Optional.of(node.zone()),
        byFamily(node.addresses().stream().map(InterfaceAddress::address).toList()));
  }

  private static Map<IpFamily, IpAddress> byFamily(Collection<IpAddress> addresses) {
    Map<IpFamily, IpAddress> sorted = new EnumMap<>(IpFamily.class);
    addresses.forEach(address -> sorted.put(address.family(), address));
    return sorted;
  }

  @Override
  public List<Pod> pods() {
    return lab.topology().nodes().stream()
        .flatMap(node ->
            node.pods().stream()
                .map(pod -> new Pod(pod.name(), node(node), byFamily(pod.addresses()))))
        .toList();
  }

  @Override
  public boolean hasOutside() {
    return true;
  }

  @Override
  public List<Outcome> ask(String from, Question question) {
    return inside(from, () -> EchoClient.ask(question)).stream().map(this::byHostName).toList();
  }

  /** The lab's nodes answer by their short names. */
  private Outcome byHostName(Outcome outcome) {
    return outcome instanceof Outcome.Answered(String who, int port, String source)
        ? lab.topology()
            .node(who)
            .<Outcome>map(node -> new Outcome.Answered(node.hostName(), port, source))
            .orElse(outcome)
        : outcome;
  }

  @Override
  public String get(String from, URI url) {
    return inside(from, () -> EchoClient.get(url));
  }

  private <T> T inside(String from, Callable<T> task) {
    String name =
        lab.topology().nodes().stream()
            .filter(node -> node.hostName().equals(from))
            .map(Topology.Node::name)
            .findFirst()
            .orElse(from);
    try {
      return lab.namespace(name).call(task);
    } catch (RuntimeException unchecked) {
      throw unchecked;
    } catch (Exception failed) {
      throw new IllegalStateException("cannot ask from " + from, failed);
    }
  }

  @Override
  public ObjectNode put(ObjectNode object) {
    Optional<ObjectNode> before = objects.get(Manifest.of(object).key()).map(Manifest::json);
    Manifest manifest = Manifest.of(allocation.complete(object, before));
    publish(objects.with(List.of(manifest)));
    return manifest.json();
  }

  @Override
  public void setLoadBalancer(String service, List<IpAddress> addresses) {
    ObjectNode json = objects.get(ObjectKey.of("svc/" + service)).orElseThrow().json();
    var ingress = json.withObject("/status/loadBalancer").putArray("ingress");
    addresses.forEach(address -> ingress.addObject().put("ip", address.toString()));
    publish(objects.with(List.of(Manifest.of(json))));
  }

  @Override
  public void delete(ObjectNode object) {
    publish(objects.without(List.of(Manifest.of(object).key())));
  }

  private void publish(ClusterObjects next) {
    objects = next;
    running.publish(objects);
    running.awaitProgrammed();
  }

  @Override
  public void restartProxies() {
    running.close();
    running = proxy.start(deployment(), objects);
  }

  @Override
  public void close() {
    running.close();
    lab.close();
  }

  @Override
  public String toString() {
    return "the lab in mode " + mode;
  }
}
