package io.pointsman.manifests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pointsman.agent.AgentOptions;
import io.pointsman.agent.Main;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ManifestsTest {
  @TempDir private Path folder;

  static List<Path> files() throws IOException {
    return ManifestFolder.files();
  }

  @ParameterizedTest
  @MethodSource("files")
  void kubernetesKnowsAllFields(Path file) throws IOException {
    for (JsonNode document : ManifestFolder.documents(file)) {
      assertThat(ManifestModels.unknownFields(document)).as(file.toString()).isEmpty();
    }
  }

  @Test
  void anUnknownFieldIsSeen() throws IOException {
    JsonNode daemonSet = ManifestFolder.built("kubeadm", "DaemonSet");
    ((ObjectNode) daemonSet.at("/spec/template/spec/containers/0/securityContext"))
        .put("priviledged", true);
    assertThat(ManifestModels.unknownFields(daemonSet))
        .containsExactly(".spec.template.spec.containers[0].securityContext.priviledged");
  }

  @ParameterizedTest
  @CsvSource({
    "kubeadm,iptables,10.244.0.0/16",
    "nftables,nftables,10.244.0.0/16",
    "iptables,iptables,10.244.0.0/16",
    "unprivileged,nftables,10.244.0.0/16",
    "https,iptables,10.244.0.0/16",
    "kind/nftables,nftables,10.244.0.0/16",
    "kind/iptables,iptables,10.244.0.0/16",
    "kind/ipv6,nftables,fd00:10:244::/56"
  })
  void theAgentReadsTheConfiguration(String name, String mode, String pods) throws IOException {
    AgentOptions options = AgentOptions.ofConfiguration(configuration(name), "node-a");
    assertThat(options.mode()).isEqualTo(mode);
    assertThat(options.clusterCidrs()).map(Object::toString).containsExactly(pods);
  }

  @Test
  void bothFamiliesHaveARangeOfPods() throws IOException {
    AgentOptions options = AgentOptions.ofConfiguration(configuration("kind/dual-stack"), "node-a");
    assertThat(options.clusterCidrs()).hasSize(2);
  }

  private Path configuration(String name) throws IOException {
    JsonNode text = ManifestFolder.built(name, "ConfigMap").at("/data/config.conf");
    return Files.writeString(folder.resolve("config.conf"), text.asText());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"kubeadm", "nftables", "iptables", "unprivileged", "https", "kind/dual-stack"})
  void theAgentKnowsTheArguments(String name) throws IOException {
    JsonNode pod = ManifestFolder.built(name, "DaemonSet").at("/spec/template/spec");
    for (JsonNode container : containers(pod)) {
      List<String> command = new ArrayList<>();
      container.path("command").forEach(word -> command.add(word.asText()));
      assertThat(command.removeFirst()).isEqualTo("/usr/local/bin/kube-proxy");
      assertThat(Main.commandLine().parseArgs(Main.asKubeProxy(command)).unmatched()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"kubeadm", "unprivileged", "https"})
  void whatIsMountedIsAVolume(String name) throws IOException {
    JsonNode pod = ManifestFolder.built(name, "DaemonSet").at("/spec/template/spec");
    List<String> volumes = pod.path("volumes").findValuesAsText("name");
    Set<String> mounted = new TreeSet<>();
    for (JsonNode container : containers(pod)) {
      container.path("volumeMounts").forEach(mount -> mounted.add(mount.path("name").asText()));
    }
    assertThat(volumes).containsAll(mounted);
    assertThat(mounted).contains("kube-proxy", "xtables-lock", "lib-modules");
  }

  /** The probe of the metrics port has to ask by HTTPS then, and that of health as ever. */
  @Test
  void httpsIsReadFromTheMountedSecretAndProbed() throws IOException {
    AgentOptions.Servers.Tls tls =
        AgentOptions.ofConfiguration(configuration("https"), "node-a")
            .servers()
            .tls()
            .orElseThrow();
    assertThat(tls.tokens()).isTrue();
    assertThat(tls.health()).isFalse();
    JsonNode container =
        ManifestFolder.built("https", "DaemonSet").at("/spec/template/spec/containers/0");
    assertThat(container.path("volumeMounts").findValuesAsText("mountPath"))
        .contains(
            String.valueOf(tls.certificate().getParent()), String.valueOf(tls.key().getParent()));
    assertThat(container.at("/readinessProbe/httpGet/scheme").asText()).isEqualTo("HTTPS");
    assertThat(container.at("/readinessProbe/httpGet/port").asInt()).isEqualTo(10249);
    assertThat(container.at("/livenessProbe/httpGet/scheme").isMissingNode()).isTrue();
  }

  /** What kubeadm gives its kube-proxy, and tools that look for it rely on. */
  @Test
  void namesAreThoseOfKubeadm() throws IOException {
    JsonNode daemonSet = ManifestFolder.built("kubeadm", "DaemonSet");
    JsonNode pod = daemonSet.at("/spec/template/spec");
    JsonNode binding = ManifestFolder.built("kubeadm", "ClusterRoleBinding");
    assertThat(daemonSet.at("/metadata/namespace").asText()).isEqualTo("kube-system");
    assertThat(daemonSet.at("/spec/selector/matchLabels").toString())
        .isEqualTo("{\"k8s-app\":\"kube-proxy\"}")
        .isEqualTo(daemonSet.at("/spec/template/metadata/labels").toString());
    assertThat(pod.path("serviceAccountName").asText()).isEqualTo("kube-proxy");
    assertThat(pod.path("priorityClassName").asText()).isEqualTo("system-node-critical");
    assertThat(pod.path("hostNetwork").asBoolean()).isTrue();
    assertThat(pod.path("tolerations").toString()).isEqualTo("[{\"operator\":\"Exists\"}]");
    assertThat(binding.at("/metadata/name").asText()).isEqualTo("kubeadm:node-proxier");
    assertThat(binding.at("/roleRef/name").asText()).isEqualTo("system:node-proxier");
    assertThat(binding.at("/subjects/0/name").asText()).isEqualTo("kube-proxy");
  }

  @Test
  void withoutPrivilegesTheAgentHasOneCapabilityAndAReadOnlyRoot() throws IOException {
    JsonNode pod = ManifestFolder.built("unprivileged", "DaemonSet").at("/spec/template/spec");
    JsonNode rights = pod.at("/containers/0/securityContext");
    assertThat(rights.path("privileged").asBoolean(true)).isFalse();
    assertThat(rights.path("readOnlyRootFilesystem").asBoolean()).isTrue();
    assertThat(rights.at("/capabilities/drop").toString()).isEqualTo("[\"ALL\"]");
    assertThat(rights.at("/capabilities/add").toString()).isEqualTo("[\"NET_ADMIN\"]");
    assertThat(pod.at("/containers/0/image")).isEqualTo(pod.at("/initContainers/0/image"));
  }

  @ParameterizedTest
  @CsvSource({"nftables,ipv4", "iptables,ipv4", "dual-stack,dual", "ipv6,ipv6"})
  void kindMakesNoKubeProxyOfItsOwn(String name, String families) throws IOException {
    Path file = ManifestFolder.repository().resolve("manifests/kind/" + name + "/cluster.yaml");
    JsonNode networking = ManifestFolder.documents(file).getFirst().path("networking");
    assertThat(networking.path("kubeProxyMode").asText()).isEqualTo("none");
    assertThat(networking.path("ipFamily").asText()).isEqualTo(families);
  }

  private static List<JsonNode> containers(JsonNode pod) {
    return Stream.of("initContainers", "containers")
        .flatMap(field -> Stream.of(pod.path(field)))
        .<JsonNode>mapMulti(Iterable::forEach)
        .toList();
  }
}
