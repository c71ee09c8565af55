package io.pointsman.kubernetes;

import io.pointsman.net.Cidr;
import io.pointsman.net.IpAddress;
import java.net.URI;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The HTTP proxy that the environment names, read as Go programs read it
 * (golang.org/x/net/http/httpproxy), so that a node's settings mean the same to this proxy as to
 * the kubelet.
 */
final class ProxyEnvironment {
  private ProxyEnvironment() {}

  /**
   * The proxy by which a server is reached.
   *
   * @param server with scheme and host
   * @param environment variables; in capitals they win over those in small letters
   * @return the proxy with its port; empty when the server is to be reached directly: no variable
   *     for its scheme, this machine itself, or an entry of {@code NO_PROXY}
   * @throws IllegalArgumentException when the proxy is none that this program can use
   */
  static Optional<URI> proxyOf(URI server, Map<String, String> environment) {
    String scheme = String.valueOf(server.getScheme()).toLowerCase(Locale.ROOT);
    String variable = scheme.equals("https") ? "HTTPS_PROXY" : "HTTP_PROXY";
    String proxy = value(environment, variable);
    String host = plainHost(server);
    if (proxy.isEmpty()
        || host.isEmpty()
        || isThisMachine(host)
        || isExempt(host, port(server, scheme), value(environment, "NO_PROXY"))) {
      return Optional.empty();
    }
    return Optional.of(
        parse(
            "the proxy in the environment variable " + variable,
            proxy,
            " or put the API server into NO_PROXY"));
  }

  private static String value(Map<String, String> environment, String name) {
    String capital = environment.getOrDefault(name, "");
    return capital.isEmpty()
        ? environment.getOrDefault(name.toLowerCase(Locale.ROOT), "")
        : capital;
  }

  private static String plainHost(URI server) {
    String host = server.getHost() == null ? "" : server.getHost().toLowerCase(Locale.ROOT);
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  private static int port(URI server, String scheme) {
    return server.getPort() >= 0 ? server.getPort() : scheme.equals("https") ? 443 : 80;
  }

  private static boolean isThisMachine(String host) {
    return host.equals("localhost")
        || address(host)
            .filter(ip -> Cidr.of("127.0.0.0/8").contains(ip) || Cidr.of("::1/128").contains(ip))
            .isPresent();
  }

  private static Optional<IpAddress> address(String text) {
    try {
      return Optional.of(IpAddress.of(text));
    } catch (IllegalArgumentException name) {
      return Optional.empty();
    }
  }

  private static boolean isExempt(String host, int port, String noProxy) {
    Stream<String> entries = Arrays.stream(noProxy.split(",", -1));
    return entries
        .map(entry -> entry.strip().toLowerCase(Locale.ROOT))
        .filter(Predicate.not(String::isEmpty))
        .anyMatch(entry -> covers(entry, host, port));
  }

  /** An entry is {@code *}, a range, or an address or domain with a port or without. */
  private static boolean covers(String entry, String host, int port) {
    if (entry.equals("*")) {
      return true;
    }
    if (entry.indexOf('/') >= 0) {
      return address(host).filter(ip -> isWithin(ip, entry)).isPresent();
    }
    int colon = entry.lastIndexOf(':');
    boolean hasPort = colon >= 0 && address(entry).isEmpty();
    if (hasPort && !entry.substring(colon + 1).equals(Integer.toString(port))) {
      return false;
    }
    String name = hasPort ? entry.substring(0, colon) : entry;
    String bare =
        name.startsWith("[") && name.endsWith("]") ? name.substring(1, name.length() - 1) : name;
    Optional<IpAddress> wanted = address(bare);
    return wanted.isPresent() ? wanted.equals(address(host)) : isOfDomain(host, bare);
  }

  private static boolean isWithin(IpAddress address, String range) {
    try {
      return Cidr.of(range).contains(address);
    } catch (IllegalArgumentException noRange) {
      return false;
    }
  }

  /**
   * {@code .example.org} and {@code *.example.org} are its subdomains, without the dot it as well.
   */
  private static boolean isOfDomain(String host, String entry) {
    String domain = entry.startsWith("*.") ? entry.substring(1) : entry;
    return domain.startsWith(".")
        ? host.endsWith(domain)
        : host.equals(domain) || host.endsWith("." + domain);
  }

  /** The proxy that a kubeconfig's {@code proxy-url} names. */
  static URI named(String proxy) {
    return parse("its proxy-url", proxy, "");
  }

  private static URI parse(String where, String proxy, String otherwise) {
    URI uri;
    try {
      uri = URI.create(proxy.contains("://") ? proxy : "http://" + proxy);
    } catch (IllegalArgumentException e) {
      throw unusable(where, "it is no URL", otherwise);
    }
    if (!"http".equalsIgnoreCase(uri.getScheme())) {
      throw unusable(where, "Java reaches proxies by http:// alone", otherwise);
    }
    if (uri.getHost() == null) {
      throw unusable(where, "it names no host", otherwise);
    }
    if (uri.getUserInfo() != null) {
      throw unusable(where, "names and passwords for proxies are not supported", otherwise);
    }
    return URI.create("http://" + uri.getHost() + ":" + (uri.getPort() < 0 ? 80 : uri.getPort()));
  }

  /** Without the value, as that may hold a password. */
  private static IllegalArgumentException unusable(String where, String why, String otherwise) {
    return new IllegalArgumentException(
        where
            + " cannot be used: "
            + why
            + "; name an http:// proxy"
            + (otherwise.isEmpty() ? "" : "," + otherwise));
  }
}
