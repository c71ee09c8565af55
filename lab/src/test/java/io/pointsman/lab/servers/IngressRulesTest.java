package io.pointsman.lab.servers;

import static org.assertj.core.api.Assertions.assertThat;

import io.pointsman.lab.Topology;
import io.pointsman.lab.scenario.ClusterObjects;
import io.pointsman.lab.scenario.ScenarioReader;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IngressRulesTest {
  private static final String SERVICE =
      "{service: wear, ip: [10.211.0.10], ports: ['http=80>8000']}";

  private static IngressRules rules(String ingress) {
    String text = "objects: [" + SERVICE + ", " + ingress + "]";
    return IngressRules.of(
        ClusterObjects.of(new ScenarioReader(Topology.standard(1, 1)).read("test", text).objects()),
        Path.of("/certificates"));
  }

  private static String ingress(String host, String path, String type, String annotations) {
    return "{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: one, annotations: {"
        + annotations
        + "}}, spec: {rules: [{host: '"
        + host
        + "', http: {paths: [{path: '"
        + path
        + "', pathType: "
        + type
        + ", backend: {service: {name: wear, port: {name: http}}}}]}}]}}";
  }

  @Test
  void aPrefixTakesItsPathAndWhatIsBelow() {
    assertThat(rules(ingress("shop.example", "/wear", "Prefix", "")).configuration())
        .contains("server_name shop.example;")
        .contains("location \"/wear/\" { proxy_pass http://10.211.0.10:80; }")
        .contains("location = \"/wear\" { proxy_pass http://10.211.0.10:80; }")
        .contains("location \"/\" { return 404");
  }

  @Test
  void anExactPathTakesNothingBelow() {
    assertThat(rules(ingress("shop.example", "/wear", "Exact", "")).configuration())
        .contains("location = \"/wear\"")
        .doesNotContain("\"/wear/\"");
  }

  @Test
  void aStarStandsForOneLabel() {
    assertThat(rules(ingress("*.shop.example", "/", "Prefix", "")).configuration())
        .contains("server_name \"~^[^.]+\\.shop\\.example$\";");
  }

  @Test
  void aRewrittenPathIsAnExpression() {
    String annotation = "nginx.ingress.kubernetes.io/rewrite-target: /$1";
    assertThat(
            rules(ingress("shop.example", "/old/(.*)", "ImplementationSpecific", annotation))
                .configuration())
        .contains("location ~* \"^/old/(.*)\" { rewrite \"(?i)^/old/(.*)\" /$1 break; proxy_pass");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/\"; } server { listen 81; }",
        "/$request_body",
        "/a\\b",
        "/a;b",
        "/a{2}",
        "/a b",
        "wear"
      })
  void aPathWithSyntaxOfNginxIsLeftOut(String path) {
    IngressRules rules = rules(ingress("shop.example", path, "Prefix", ""));

    assertThat(rules.configuration()).doesNotContain("10.211.0.10");
    assertThat(rules.leftOut()).singleElement().asString().contains("Ingress default/one", path);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a b", "shop.example; listen 81", "~^.*$", "-a", "A.example"})
  void aHostThatIsNoneIsLeftOut(String host) {
    IngressRules rules = rules(ingress(host, "/", "Prefix", ""));

    assertThat(rules.configuration()).doesNotContain(host);
    assertThat(rules.leftOut()).singleElement().asString().contains("'" + host + "' is no host");
  }

  @Test
  void aBackendThatIsNotThereIsAnsweredFor() {
    IngressRules rules =
        rules(ingress("shop.example", "/", "Prefix", "").replace("name: http", "number: 81"));

    assertThat(rules.configuration()).contains("return 503");
    assertThat(rules.leftOut()).singleElement().asString().contains("no Service");
  }

  @Test
  void tlsNeedsARuleForItsHost() {
    String two =
        ingress("shop.example", "/", "Prefix", "")
            .replace("spec: {", "spec: {tls: [{hosts: [shop.example, other.example]}], ");
    IngressRules rules = rules(two);

    assertThat(rules.secureHosts()).containsExactly("shop.example");
    assertThat(rules.configuration())
        .contains("ssl_certificate \"/certificates/shop.example.crt\";", "ssl_reject_handshake on");
    assertThat(rules.leftOut()).singleElement().asString().contains("other.example");
  }
}
