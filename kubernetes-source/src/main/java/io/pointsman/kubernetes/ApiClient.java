package io.pointsman.kubernetes;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.http.HttpClient;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** A way to the API server: where it is, and who we are to it. Close it after its sources. */
public final class ApiClient implements AutoCloseable {
  private static final String ACCOUNT = "var/run/secrets/kubernetes.io/serviceaccount";
  private static final int REQUEST_TIMEOUT_MILLIS = 30_000;

  private final Config config;
  private final HttpClient http;

  /**
   * Only the client's lowest layer is taken: the typed ones would load all of Kubernetes' kinds at
   * each start, while lists and watches are read without them.
   */
  private ApiClient(Config config) {
    this.config = config;
    this.http = ApiHttp.open(config);
  }

  /**
   * Reads a kubeconfig file and takes its current context.
   *
   * @param kubeconfig the file
   * @param master replaces the server's URL when present
   * @param environment environment variables; {@code HTTPS_PROXY} and the like name a proxy, unless
   *     the kubeconfig's cluster does by its {@code proxy-url}
   * @throws IllegalArgumentException when the file cannot be read or names no server; the message
   *     names the file and what to do
   */
  public static ApiClient fromKubeconfig(
      Path kubeconfig, Optional<String> master, Map<String, String> environment) {
    Config config;
    try {
      config = Kubeconfig.read(kubeconfig, master.isPresent());
    } catch (ManifestException unreadable) {
      throw new IllegalArgumentException("kubeconfig " + unreadable.getMessage(), unreadable);
    } catch (RuntimeException bad) {
      throw unusable(kubeconfig, bad);
    }
    Config settled = settled(config, master, environment, config.getHttpsProxy() != null);
    try {
      return new ApiClient(settled);
    } catch (RuntimeException bad) {
      throw unusable(kubeconfig, bad);
    }
  }

  private static IllegalArgumentException unusable(Path kubeconfig, RuntimeException bad) {
    return new IllegalArgumentException(
        "kubeconfig "
            + kubeconfig
            + " cannot be used: "
            + bad.getMessage()
            + "; check its clusters, users and current-context",
        bad);
  }

  /**
   * Uses the service account that Kubernetes mounts into a pod.
   *
   * @param root file-system root under which {@code var/run/secrets} is found
   * @param environment environment variables; {@code KUBERNETES_SERVICE_HOST} and {@code _PORT}
   *     name the server, {@code HTTPS_PROXY} and the like a proxy
   * @param master replaces the server's URL when present; needed where the cluster IP of the API
   *     server does not work before this proxy does
   * @throws IllegalArgumentException when this is no pod with a service account
   */
  public static ApiClient inCluster(
      Path root, Map<String, String> environment, Optional<String> master) {
    Path token = root.resolve(ACCOUNT).resolve("token");
    String host = environment.getOrDefault("KUBERNETES_SERVICE_HOST", "");
    String port = environment.getOrDefault("KUBERNETES_SERVICE_PORT", "443");
    if (!Files.exists(token) || (host.isEmpty() && master.isEmpty())) {
      throw new IllegalArgumentException(
          "no way to an API server: "
              + token
              + " or KUBERNETES_SERVICE_HOST is missing; name a file with --kubeconfig, or run in a"
              + " pod with a service account");
    }
    String url = "https://" + (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    Config config = plain(master.orElse(url));
    Path authority = root.resolve(ACCOUNT).resolve("ca.crt");
    if (Files.isReadable(authority)) {
      config.setCaCertFile(authority.toString());
    }
    config.setOauthTokenProvider(TokenFile.open(token)::token);
    return new ApiClient(settled(config, Optional.empty(), environment, false));
  }

  /** Uses a server without authentication, such as one behind {@code kubectl proxy}. */
  public static ApiClient ofUrl(String url) {
    return ofUrl(url, Map.of());
  }

  /**
   * The same.
   *
   * @param environment environment variables; {@code HTTPS_PROXY} and the like name a proxy
   */
  public static ApiClient ofUrl(String url, Map<String, String> environment) {
    return new ApiClient(settled(plain(url), Optional.empty(), environment, false));
  }

  /** A configuration that looks at neither environment nor home folder. */
  private static Config plain(String url) {
    Config config = Config.empty();
    config.setMasterUrl(url.endsWith("/") ? url : url + "/");
    return config;
  }

  private static Config settled(
      Config config, Optional<String> master, Map<String, String> environment, boolean keepsProxy) {
    master.ifPresent(url -> config.setMasterUrl(url.endsWith("/") ? url : url + "/"));
    if (!keepsProxy) {
      // The Kubernetes client reads these variables in its own way, and not in all cases.
      String proxy =
          ProxyEnvironment.proxyOf(URI.create(config.getMasterUrl()), environment)
              .map(URI::toString)
              .orElse(null);
      config.setHttpProxy(proxy);
      config.setHttpsProxy(proxy);
    }
    return new ConfigBuilder(config)
        .withRequestTimeout(REQUEST_TIMEOUT_MILLIS)
        // Attempts are repeated by the source, which also tells why they are needed.
        .withRequestRetryBackoffLimit(0)
        .withWatchReconnectLimit(0)
        .withUserAgent("pointsman")
        .build();
  }

  /** The API server's URL without a trailing slash, for messages. */
  public String url() {
    String url = config.getMasterUrl();
    return url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
  }

  Config config() {
    return config;
  }

  /** Sends as the configuration says: its certificates, its token, its proxy. */
  HttpClient http() {
    return http;
  }

  @Override
  public void close() {
    http.close();
  }
}
