package io.pointsman.lab.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pointsman.apiserver.ApiServer;
import io.pointsman.apiserver.ObjectRef;
import io.pointsman.lab.AgentProxy;
import io.pointsman.lab.Lab;
import io.pointsman.lab.NeedsLab;
import io.pointsman.lab.Topology;
import io.pointsman.lab.fault.Await;
import io.pointsman.lab.learn.NeedsPlugins;
import io.pointsman.lab.scenario.BaseObjects;
import io.pointsman.lab.scenario.ClusterObjects;
import io.pointsman.lab.scenario.ProxyMode;
import io.pointsman.lab.scenario.ProxyUnderTest;
import io.pointsman.lab.scenario.ProxyUnderTest.Deployment;
import io.pointsman.lab.servers.IngressServer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Twenty pods are replaced by twenty others while clients outside go on asking, by new connections
 * and by kept ones, some by an Ingress: no request fails, in either mode, nor while one mode takes
 * over from the other.
 */
@NeedsLab
class RollingUpdateTest {
  private static final int REPLICAS = 20;

  /** Enough for all pods, those above the number, and as many that are ending. */
  private static final int PLACES = 24;

  private static final ObjectRef WEB = new ObjectRef("apps/v1", "Deployment", "default", "web");

  private static final String SERVICE =
      """
      apiVersion: v1
      kind: Service
      metadata: {name: web, namespace: default}
      spec:
        type: NodePort
        clusterIP: 10.211.0.80
        clusterIPs: [10.211.0.80, "fd00:211::80"]
        ipFamilies: [IPv4, IPv6]
        selector: {app: web}
        ports: [{name: http, protocol: TCP, port: 80, targetPort: http, nodePort: 30080}]
      """;

  private static final String INGRESS =
      """
      apiVersion: networking.k8s.io/v1
      kind: Ingress
      metadata: {name: web, namespace: default}
      spec:
        rules:
        - host: web.example
          http:
            paths:
            - path: /
              pathType: Prefix
              backend: {service: {name: web, port: {name: http}}}
      """;

  private static final String DEPLOYMENT =
      """
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: web, namespace: default}
      spec:
        replicas: %d
        strategy: {rollingUpdate: {maxSurge: 25%%, maxUnavailable: 0}}
        selector: {matchLabels: {app: web}}
        template:
          metadata: {labels: {app: web}}
          spec:
            containers:
            - name: web
              image: web:1
              ports: [{name: http, containerPort: %d}]
              readinessProbe: {httpGet: {path: /, port: http}, periodSeconds: 1}
              lifecycle: {preStop: {sleep: {seconds: 3}}}
      """
          .formatted(REPLICAS, PodServer.PORT);

  @TempDir private static Path directory;

  private final Topology topology = Topology.standard(2, PLACES);
  private final List<HttpTraffic> traffic = new ArrayList<>();

  @BeforeAll
  static void needServers() {
    NeedsPlugins.Condition.check(Set.of("nginx"));
  }

  @Test
  void noRequestFails() throws Exception {
    try (Lab lab = Lab.up(topology);
        ApiServer server = lab.namespace("cp").call(() -> ApiServer.start(onSegment()))) {
      LabControl control =
          lab.namespace("cp").call(() -> LabControl.start(server.url(), new PlacesRuntime(lab)));
      try (IngressServer _ = startIngress(lab)) {
        fill(server);
        rollInBothModes(server, lab);
      } finally {
        control.close();
      }
    }
    assertThat(traffic).allMatch(one -> one.failures().isEmpty());
  }

  private void rollInBothModes(ApiServer server, Lab lab) throws Exception {
    AgentProxy agents = AgentProxy.following(server.url());
    try {
      roll(server, agents, lab, ProxyMode.NFTABLES, "web:2");
      roll(server, agents, lab, ProxyMode.IPTABLES, "web:3");
    } finally {
      traffic.forEach(HttpTraffic::close);
    }
  }

  private void fill(ApiServer server) throws Exception {
    BaseObjects.of(topology).forEach(object -> server.put(object.json()));
    server.put(Model.manifest(SERVICE).json());
    server.put(Model.manifest(DEPLOYMENT).json());
    awaitRolledOut(server, "web:1");
  }

  private ApiServer.Options onSegment() {
    ApiServer.Options defaults = ApiServer.Options.defaults();
    return new ApiServer.Options(
        topology.fabric().addresses().getFirst().address().toInetAddress(), 0, defaults.history());
  }

  private ProxyUnderTest.Running start(AgentProxy agents, Lab lab, ProxyMode mode) {
    ObjectNode nothing = JsonNodeFactory.instance.objectNode();
    return agents.start(
        new Deployment(
            lab, topology.nodes(), mode, BaseObjects.configuration(topology, mode, nothing)),
        ClusterObjects.of(List.of()));
  }

  /** In the network of node A, as controllers with {@code hostNetwork} are. */
  private static IngressServer startIngress(Lab lab) {
    return IngressServer.start(
        lab.namespace("A"),
        directory,
        ClusterObjects.of(List.of(Model.manifest(SERVICE), Model.manifest(INGRESS))));
  }

  private void open(Lab lab) throws Exception {
    for (String to :
        List.of(
            "172.29.0.11:80",
            "[fd00:29::11]:80",
            "172.29.0.11:30080",
            "172.29.0.12:30080",
            "[fd00:29::12]:30080",
            "10.211.0.80:80",
            "[fd00:211::80]:80")) {
      for (boolean keepAlive : List.of(true, false)) {
        traffic.add(HttpTraffic.start(lab.namespace("ext"), to, keepAlive));
      }
    }
    awaitAnswers("web:1");
  }

  private void roll(ApiServer server, AgentProxy agents, Lab lab, ProxyMode mode, String image)
      throws Exception {
    ProxyUnderTest.Running running = start(agents, lab, mode);
    try {
      if (traffic.isEmpty()) {
        open(lab);
      }
      ObjectNode deployment = (ObjectNode) server.get(WEB).orElseThrow();
      ((ObjectNode) deployment.at("/spec/template/spec/containers/0")).put("image", image);
      server.put(deployment);
      awaitRolledOut(server, image);
      Await.until(
          () -> answering(image) == REPLICAS, () -> "not all pods of " + image + ": " + traffic);
      awaitAnswers(image);
    } finally {
      running.close();
    }
  }

  private long answering(String image) {
    return traffic.stream()
        .flatMap(HttpTraffic::answerers)
        .filter(pod -> pod.endsWith(image))
        .distinct()
        .count();
  }

  private static void awaitRolledOut(ApiServer server, String image) throws Exception {
    Await.until(
        () -> isRolledOut(server, image), () -> String.valueOf(server.get(WEB).orElseThrow()));
  }

  private static boolean isRolledOut(ApiServer server, String image) {
    JsonNode deployment = server.get(WEB).orElseThrow();
    JsonNode status = deployment.path("status");
    return deployment.at("/spec/template/spec/containers/0/image").asText().equals(image)
        && status.path("observedGeneration").asInt()
            == deployment.at("/metadata/generation").asInt()
        && status.path("updatedReplicas").asInt() == REPLICAS
        && status.path("readyReplicas").asInt() == REPLICAS
        && status.path("replicas").asInt() == REPLICAS
        && status.path("terminatingReplicas").asInt() == 0;
  }

  /** Every client has been answered by a pod of this image. */
  private void awaitAnswers(String image) throws Exception {
    Await.until(
        () -> traffic.stream().allMatch(one -> one.answers(image) > 0),
        () -> "not all are answered by " + image + ": " + traffic);
  }
}
