package io.pointsman.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ApiClientTest {
  private static final String KUBECONFIG =
      """
      apiVersion: v1
      kind: Config
      current-context: here
      contexts:
      - name: there
        context: {cluster: c2, user: u}
      - name: here
        context: {cluster: c1, user: u}
      clusters:
      - name: c1
        cluster: {server: "http://127.0.0.1:6443"}
      - name: c2
        cluster: {server: "http://127.0.0.2:6443"}
      users:
      - name: u
        user: {token: secret}
      """;

  @TempDir Path folder;

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("kubeconfig"), text);
  }

  @Test
  void takesTheCurrentContext() throws IOException {
    try (ApiClient api = ApiClient.fromKubeconfig(file(KUBECONFIG), Optional.empty(), Map.of())) {
      assertThat(api.url()).isEqualTo("http://127.0.0.1:6443");
      assertThat(api.config().getAutoOAuthToken()).isEqualTo("secret");
    }
  }

  @Test
  void theMasterUrlWins() throws IOException {
    try (ApiClient api =
        ApiClient.fromKubeconfig(file(KUBECONFIG), Optional.of("http://127.0.0.3:1"), Map.of())) {
      assertThat(api.url()).isEqualTo("http://127.0.0.3:1");
    }
  }

  @Test
  void badKubeconfigsAreNamed() throws IOException {
    assertThatThrownBy(
            () -> ApiClient.fromKubeconfig(folder.resolve("none"), Optional.empty(), Map.of()))
        .hasMessageEndingWith("none cannot be read: no such file or folder; check the path");
    assertThatThrownBy(() -> ApiClient.fromKubeconfig(folder, Optional.empty(), Map.of()))
        .hasMessage("kubeconfig " + folder + " cannot be read: it is a folder; name a file");
    Path broken = file("a: [\n");
    assertThatThrownBy(() -> ApiClient.fromKubeconfig(broken, Optional.empty(), Map.of()))
        .hasMessageContaining("kubeconfig:2:1: is not valid YAML");
    Path elsewhere = file(KUBECONFIG.replace("current-context: here", "current-context: x"));
    assertThatThrownBy(() -> ApiClient.fromKubeconfig(elsewhere, Optional.empty(), Map.of()))
        .hasMessageContaining("kubeconfig:5:1: there is no 'x' among contexts");
  }

  /** The client itself would tell of them at the first request, each in its own way. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          server: "      | certificate-authority: ca.crt, server: "     | certificate-authority ca.crt
          token: secret  | client-certificate: some/cert.pem            | client-certificate some/cert.pem
          token: secret  | client-key: /none/key.pem                    | client-key /none/key.pem
          """)
  void filesThatAKubeconfigNamesMustBeThere(String field, String fields, String told)
      throws IOException {
    Path kubeconfig = file(KUBECONFIG.replace(field, fields));
    assertThatThrownBy(() -> ApiClient.fromKubeconfig(kubeconfig, Optional.empty(), Map.of()))
        .hasMessageContaining("kubeconfig:")
        .hasMessageEndingWith(
            ": " + told + " cannot be read: no such file or folder; check the path");
  }

  @Test
  void aPodUsesItsServiceAccount() throws IOException {
    Path account =
        Files.createDirectories(folder.resolve("var/run/secrets/kubernetes.io/serviceaccount"));
    Files.writeString(account.resolve("token"), "one\n");
    Map<String, String> environment =
        Map.of("KUBERNETES_SERVICE_HOST", "fd00::1", "KUBERNETES_SERVICE_PORT", "443");
    try (ApiClient api = ApiClient.inCluster(folder, environment, Optional.empty())) {
      assertThat(api.url()).isEqualTo("https://[fd00::1]:443");
      var tokens = api.config().getOauthTokenProvider();
      assertThat(tokens.getToken()).isEqualTo("one");
      Files.writeString(account.resolve("token"), "two\n");
      assertThat(tokens.getToken()).isEqualTo("two");
    }
  }

  @Test
  void outsideAPodItSaysWhatToDo() {
    assertThatThrownBy(() -> ApiClient.inCluster(folder, Map.of(), Optional.empty()))
        .hasMessageContaining("name a file with --kubeconfig");
  }
}
