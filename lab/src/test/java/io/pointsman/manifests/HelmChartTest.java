package io.pointsman.manifests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import io.pointsman.agent.AgentOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What Helm makes of the chart, by Helm's own code. */
class HelmChartTest {
  private static final String NEEDED = "apiServer: {host: api.example.com}\n";

  @TempDir private Path folder;

  private String rendered(String values) throws IOException {
    Path file = Files.writeString(folder.resolve("values.yaml"), values);
    return new Helm(ManifestFolder.chart())
        .template()
        .withName("pointsman")
        .withNamespace("kube-system")
        .withKubeVersion("1.34.0")
        .withValuesFile(file)
        .call();
  }

  private List<JsonNode> objects(String values) throws IOException {
    Path file = Files.writeString(folder.resolve("rendered.yaml"), rendered(values));
    return ManifestFolder.documents(file).stream().filter(JsonNode::isObject).toList();
  }

  private JsonNode object(String values, String kind) throws IOException {
    return objects(values).stream()
        .filter(object -> object.path("kind").asText().equals(kind))
        .findFirst()
        .orElseThrow(() -> new AssertionError("the chart gives no " + kind));
  }

  private JsonNode pod(String values) throws IOException {
    return object(values, "DaemonSet").at("/spec/template/spec");
  }

  @Test
  void helmFindsNothingToSayAgainstIt() {
    LintResult result = new Helm(ManifestFolder.chart()).lint().call();
    assertThat(result.isFailed()).as(result.getMessages().toString()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "privileged: true\nmode: iptables\nclusterCIDR: 10.244.0.0/16,fd00:10:244::/56\n",
        """
        imagePullSecrets: [{name: key}]
        nodeSelector: {pool: edge}
        podAnnotations: {a: b}
        resources: {}
        tolerations: []
        """,
        "config: {metricsBindAddress: '0.0.0.0:10249'}\nserviceMonitor: {enabled: true}\n",
        """
        https: {secretName: tls, tokens: true, healthz: true}
        config: {metricsBindAddress: '0.0.0.0:10249'}
        serviceMonitor: {enabled: true}
        """
      })
  void kubernetesKnowsAllFields(String values) throws IOException {
    for (JsonNode object : objects(NEEDED + values)) {
      assertThat(ManifestModels.unknownFields(object)).as(object.toString()).isEmpty();
    }
  }

  /** The run of the image takes these containers from there. */
  @ParameterizedTest
  @CsvSource({"false,unprivileged", "true,nftables"})
  void runsTheContainersOfTheManifests(boolean privileged, String manifests) throws IOException {
    JsonNode pod = pod(NEEDED + "privileged: " + privileged);
    // Only the chart asks for resources.
    ((ObjectNode) pod.at("/containers/0")).remove("resources");
    JsonNode expected = ManifestFolder.built(manifests, "DaemonSet").at("/spec/template/spec");
    for (String part : List.of("containers", "initContainers")) {
      assertThat(pod.path(part)).as(part).isEqualTo(expected.path(part));
    }
    ArrayNode volumes = expected.path("volumes").deepCopy();
    ((ObjectNode) volumes.get(0).path("configMap")).put("name", "pointsman");
    assertThat(pod.path("volumes")).isEqualTo(volumes);
    assertThat(pod.path("hostNetwork").asBoolean()).isTrue();
    assertThat(pod.path("tolerations")).isEqualTo(expected.path("tolerations"));
  }

  @Test
  void theAgentReadsTheConfiguration() throws IOException {
    JsonNode data =
        object(
                NEEDED
                    + """
                    mode: iptables
                    clusterCIDR: 10.244.0.0/16,fd00:10:244::/56
                    config: {iptables: {masqueradeBit: 12}, clientConnection: {qps: 7}}
                    """,
                "ConfigMap")
            .path("data");
    Path file = Files.writeString(folder.resolve("config.conf"), data.path("config.conf").asText());
    AgentOptions options = AgentOptions.ofConfiguration(file, "node-a");
    assertThat(options.mode()).isEqualTo("iptables");
    assertThat(options.clusterCidrs()).hasSize(2);
    assertThat(data.path("config.conf").asText())
        .contains("masqueradeBit: 12", "qps: 7", "kubeconfig: /var/lib/kube-proxy/kubeconfig.conf");
    assertThat(data.path("kubeconfig.conf").asText())
        .contains("server: https://api.example.com:6443");
  }

  @Test
  void httpsIsReadFromTheSecretAndProbed() throws IOException {
    String values =
        NEEDED
            + """
            https: {secretName: certificate, tokens: true, healthz: true}
            config: {metricsBindAddress: '0.0.0.0:10249'}
            serviceMonitor: {enabled: true}
            """;
    String configuration = object(values, "ConfigMap").at("/data/config.conf").asText();
    AgentOptions.Servers.Tls tls =
        AgentOptions.ofConfiguration(
                Files.writeString(folder.resolve("config.conf"), configuration), "node-a")
            .servers()
            .tls()
            .orElseThrow();
    assertThat(tls.tokens()).isTrue();
    assertThat(tls.health()).isTrue();
    JsonNode pod = pod(values);
    JsonNode container = pod.at("/containers/0");
    assertThat(container.path("volumeMounts").findValuesAsText("mountPath"))
        .contains(String.valueOf(tls.certificate().getParent()));
    assertThat(pod.path("volumes").findValuesAsText("secretName")).containsExactly("certificate");
    for (String probe : List.of("livenessProbe", "readinessProbe")) {
      assertThat(container.path(probe).at("/httpGet/scheme").asText()).isEqualTo("HTTPS");
    }
    assertThat(rendered(values))
        .contains("name: system:auth-delegator", "serverName: pointsman.kube-system.svc");
    assertThat(rendered(NEEDED)).doesNotContain("tlsCert", "HTTPS", "auth-delegator");
  }

  @ParameterizedTest
  @ValueSource(strings = {"'fd00::1'", "'[fd00::1]'"})
  void anAddressOfVersion6StandsInBrackets(String host) throws IOException {
    JsonNode map = object("apiServer: {host: " + host + ", port: 443}", "ConfigMap");
    assertThat(map.at("/data/kubeconfig.conf").asText()).contains("https://[fd00::1]:443\n");
  }

  @Test
  void anotherConfigurationMeansANewStart() throws IOException {
    String path = "/spec/template/metadata/annotations/checksum~1config";
    JsonNode before = object(NEEDED, "DaemonSet").at(path);
    assertThat(before.asText()).hasSize(64);
    assertThat(object(NEEDED + "config: {conntrack: {maxPerCore: 0}}", "DaemonSet").at(path))
        .isNotEqualTo(before);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "mode: iptables | apiServer.host must be set to the API server as nodes reach it",
        "apiServer: {host: 'https://x'} | host",
        "apiServer: {host: x, port: 70000} | /apiServer/port",
        "{apiServer: {host: x}, mode: ipvs} | mode",
        "{apiServer: {host: x}, clusterCIDR: 10.0.0.0} | clusterCIDR",
        "{apiServer: {host: x}, config: {mode: iptables}} | config",
        "{apiServer: {host: x}, priviledged: true} | priviledged",
        "{apiServer: {host: x}, https: {tokens: true}} | /https",
        "{apiServer: {host: x}, serviceMonitor: {enabled: true}} | config.metricsBindAddress",
      })
  void saysWhatIsWrongWithValues(String values, String said) {
    assertThatThrownBy(() -> rendered(values)).hasMessageContaining(said.strip());
  }
}
