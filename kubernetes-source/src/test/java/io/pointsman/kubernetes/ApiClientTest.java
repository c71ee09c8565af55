package io.pointsman.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.client.Config;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.X509TrustManager;
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

  /** What the Kubernetes client makes of the same file is what users expect. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          token: secret
          token: secret, username: me, password: mine
          username: me, password: mine
          token: ''
          client-certificate: tls/client.crt, client-key: tls/client.key
          client-certificate: tls/client.crt, client-key-data: RUMgUFJJVkFURSBLRVk=
          exec: {apiVersion: client.authentication.k8s.io/v1, interactiveMode: Never, command: ./credential}
          """)
  void meansTheSameAsToTheKubernetesClient(String user) throws Exception {
    Path tls = Files.createDirectories(folder.resolve("tls"));
    Files.writeString(tls.resolve("client.crt"), "certificate");
    Files.writeString(tls.resolve("client.key"), "-----BEGIN EC PRIVATE KEY-----\n");
    Files.writeString(tls.resolve("ca.crt"), "authority");
    Path credential =
        Files.writeString(
            folder.resolve("credential"),
            """
            #!/bin/sh
            echo '{"apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential", "status": {"token": "made"}}'
            """);
    assertThat(credential.toFile().setExecutable(true)).isTrue();
    for (String cluster :
        List.of(
            "server: 'https://h:1'",
            "server: 'https://h:1/', certificate-authority: tls/ca.crt",
            "server: 'https://h:1', insecure-skip-tls-verify: true",
            "server: 'https://h:1', certificate-authority-data: QQ==, tls-server-name: n")) {
      Path file =
          file(
              KUBECONFIG
                  .replace("server: \"http://127.0.0.1:6443\"", cluster)
                  .replace("token: secret", user));
      assertThat(fields(Kubeconfig.read(file, false)))
          .isEqualTo(fields(Config.fromKubeconfig(file.toFile())));
    }
  }

  /** All that a connection depends on. */
  private static List<Object> fields(Config config) {
    return Arrays.asList(
        config.getMasterUrl().replaceFirst("/$", ""),
        config.isTrustCerts(),
        config.isDisableHostnameVerification(),
        config.getTlsServerName(),
        config.getCaCertFile(),
        config.getCaCertData(),
        config.getClientCertFile(),
        config.getClientCertData(),
        config.getClientKeyFile(),
        config.getClientKeyData(),
        config.getClientKeyAlgo(),
        config.getClientKeyPassphrase(),
        config.getUsername(),
        config.getPassword(),
        Optional.ofNullable(config.getAutoOAuthToken()).orElse(""));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          token: secret | token: 12                          | 'token' must be a text: put it in quotes
          server: "     | insecure-skip-tls-verify: 1, server: " | 'insecure-skip-tls-verify' must be true or false
          token: secret | token: {a: b}                      | 'token' must be a text: put it in quotes
          """)
  void fieldsOfAnotherTypeAreNamed(String field, String fields, String told) throws IOException {
    Path kubeconfig = file(KUBECONFIG.replace(field, fields));
    assertThatThrownBy(() -> ApiClient.fromKubeconfig(kubeconfig, Optional.empty(), Map.of()))
        .hasMessageMatching("kubeconfig .*/kubeconfig:\\d+:\\d+: " + told);
  }

  @Test
  void keysThatAreNoneAreToldWithTheFile() throws IOException {
    Path kubeconfig =
        file(
            KUBECONFIG
                .replace("http:", "https:")
                .replace("token: secret", "client-certificate-data: QQ==, client-key-data: QQ=="));
    assertThatThrownBy(() -> ApiClient.fromKubeconfig(kubeconfig, Optional.empty(), Map.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("kubeconfig " + kubeconfig + " cannot be used: ");
  }

  @Test
  void anAuthorityThatIsNoneIsToldWithTheFile() throws IOException {
    Path kubeconfig =
        file(
            KUBECONFIG.replace(
                "server: \"http://127.0.0.1:6443\"",
                "server: 'https://127.0.0.1:1', certificate-authority-data: QQ=="));
    assertThatThrownBy(() -> ApiClient.fromKubeconfig(kubeconfig, Optional.empty(), Map.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(
            "kubeconfig "
                + kubeconfig
                + " cannot be used: its certificate-authority-data holds no certificate (");
  }

  @Test
  void anAuthorityThatIsNamedIsTrustedAlone() throws Exception {
    Config config = Config.empty();
    config.setMasterUrl("https://127.0.0.1:1/");
    config.setCaCertFile(TlsKeys.make(folder, "127.0.0.1").certificate().toString());
    assertThat(ApiHttp.trusted(config))
        .singleElement()
        .satisfies(
            manager -> assertThat(((X509TrustManager) manager).getAcceptedIssuers()).hasSize(1));
  }

  @Test
  void aProxyThatJavaCannotReachIsToldWithTheFile() throws IOException {
    Path kubeconfig =
        file(
            KUBECONFIG.replace(
                "server: \"http://127.0.0.1:6443\"",
                "server: 'https://127.0.0.1:1', proxy-url: 'socks5://127.0.0.1:1'"));
    assertThatThrownBy(() -> ApiClient.fromKubeconfig(kubeconfig, Optional.empty(), Map.of()))
        .hasMessageContaining(
            "kubeconfig "
                + kubeconfig
                + " cannot be used: its proxy-url cannot be used: Java reaches proxies by http:// alone");
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
