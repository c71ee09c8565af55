package io.pointsman.kubernetes;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.internal.SSLUtils;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import io.fabric8.kubernetes.client.utils.HttpClientUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Base64;
import java.util.Collection;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/**
 * Opens the Kubernetes client's lowest layer, on the JDK's HTTP client.
 *
 * <p>Where a configuration names an authority, that one alone is trusted, as in client-go. The
 * Kubernetes client's own way trusts the JDK's hundred and more beside it, and reading them takes a
 * sixth of a start.
 */
final class ApiHttp {
  private static final long CONNECT_TIMEOUT_SECONDS = 10;

  private ApiHttp() {}

  /**
   * Makes it ready; nothing is sent.
   *
   * @throws IllegalArgumentException when keys or certificates are none
   */
  static HttpClient open(Config config) {
    HttpClient.Factory factory = new JdkHttpClientFactory();
    HttpClient.Builder builder =
        factory.newBuilder().connectTimeout(CONNECT_TIMEOUT_SECONDS, TimeUnit.SECONDS);
    // A connection each: one that hangs is dropped with its request, where HTTP/2 would go on to
    // send all requests through it.
    builder.preferHttp11().followAllRedirects().tag(config.getRequestConfig());
    String proxy = config.getHttpsProxy();
    if (proxy != null) {
      URI uri = URI.create(proxy);
      builder
          .proxyType(HttpClient.ProxyType.HTTP)
          .proxyAddress(new InetSocketAddress(uri.getHost(), uri.getPort()));
    }
    if (config.getTlsServerName() != null) {
      builder.tlsServerName(config.getTlsServerName());
    }
    try {
      builder
          .tlsVersions(config.getTlsVersions())
          .sslContext(SSLUtils.keyManagers(config), trusted(config));
    } catch (GeneralSecurityException | IOException bad) {
      throw new IllegalArgumentException("its keys cannot be used: " + bad.getMessage(), bad);
    }
    HttpClientUtils.createApplicableInterceptors(config, factory)
        .forEach(builder::addOrReplaceInterceptor);
    return builder.build();
  }

  /** Whom to trust. */
  static TrustManager[] trusted(Config config) throws GeneralSecurityException, IOException {
    if (config.getMasterUrl().startsWith("http:")) {
      return new TrustManager[0];
    }
    String data = config.getCaCertData();
    String file = config.getCaCertFile();
    if (config.isTrustCerts() || (data == null && file == null)) {
      return SSLUtils.trustManagers(config);
    }
    byte[] authority =
        data == null ? Files.readAllBytes(Path.of(file)) : Base64.getMimeDecoder().decode(data);
    String name = "its certificate-authority" + (data == null ? " " + file : "-data");
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    for (Certificate certificate : certificates(authority, name)) {
      store.setCertificateEntry(Integer.toString(store.size()), certificate);
    }
    TrustManagerFactory managers =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    managers.init(store);
    return managers.getTrustManagers();
  }

  private static Collection<? extends Certificate> certificates(byte[] pem, String name) {
    try {
      Collection<? extends Certificate> found =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(pem));
      if (!found.isEmpty()) {
        return found;
      }
    } catch (CertificateException bad) {
      throw new IllegalArgumentException(
          name + " holds no certificate (" + bad.getMessage() + "): write it as PEM", bad);
    }
    throw new IllegalArgumentException(name + " holds no certificate: write it as PEM");
  }
}
