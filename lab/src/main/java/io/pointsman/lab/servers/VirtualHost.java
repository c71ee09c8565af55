package io.pointsman.lab.servers;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;

/**
 * What is served for one host, as a block {@code server} of nginx. Of two rules for the same path
 * the first counts, and an exact one before a prefix.
 */
final class VirtualHost {
  /** Heads and bodies of blocks {@code location}. */
  private final Map<String, String> exact = new TreeMap<>();

  private final Map<String, String> prefixes = new TreeMap<>();

  /** By falling length, as in ingress-nginx: nginx takes the first expression that matches. */
  private final Map<String, String> expressions =
      new TreeMap<>(
          Comparator.comparingInt(String::length)
              .reversed()
              .thenComparing(Comparator.naturalOrder()));

  void exact(String path, String backend) {
    exact.putIfAbsent("= \"" + path + "\"", backend);
  }

  /** The path and all below it: {@code /wear} takes /wear and /wear/coat, not /wearing. */
  void prefix(String path, String backend) {
    String stem = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    prefixes.putIfAbsent("\"" + stem + "/\"", backend);
    if (!stem.isEmpty()) {
      prefixes.putIfAbsent("= \"" + stem + "\"", backend);
    }
  }

  /**
   * What begins so.
   *
   * @param expression a regular expression, its groups {@code $1} to {@code $9} of the target
   * @param target what the server behind gets for the path
   */
  void rewritten(String expression, String target, String backend) {
    expressions.putIfAbsent(
        "~* \"^" + expression + "\"",
        "rewrite \"(?i)^" + expression + "\" " + target + " break; " + backend);
  }

  /** The block for plain connections to this host, the default one for a host without a name. */
  String plain(String host, String fallback) {
    return host.isEmpty()
        ? block("listen 80 default_server; listen [::]:80 default_server;", "_", fallback)
        : block("listen 80; listen [::]:80;", serverName(host), fallback);
  }

  /** The block for TLS connections to this host. */
  String secure(String host, Path certificates, String fallback) {
    String listening =
        """
        listen 443 ssl; listen [::]:443 ssl;
          ssl_certificate "%1$s.crt";
          ssl_certificate_key "%1$s.key";\
        """
            .formatted(certificates.resolve(host));
    return block(listening, serverName(host), fallback);
  }

  /** A star stands for one label, as the API has it; in a name of nginx it stands for more. */
  private static String serverName(String host) {
    return host.startsWith("*.")
        ? "\"~^[^.]+" + host.substring(1).replace(".", "\\.") + "$\""
        : host;
  }

  private String block(String listening, String name, String fallback) {
    Map<String, String> all = new TreeMap<>(exact);
    prefixes.forEach(all::putIfAbsent);
    all.putIfAbsent("\"/\"", fallback);
    StringBuilder text = new StringBuilder("server {\n  " + listening + "\n");
    text.append("  server_name ").append(name).append(";\n");
    all.forEach((head, body) -> text.append(location(head, body)));
    expressions.forEach((head, body) -> text.append(location(head, body)));
    return text.append("}\n").toString();
  }

  private static String location(String head, String body) {
    return "  location " + head + " { " + body + " }\n";
  }
}
