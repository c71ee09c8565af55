package io.pointsman.lab.servers;

import com.fasterxml.jackson.databind.JsonNode;
import io.pointsman.lab.scenario.ClusterObjects;
import io.pointsman.lab.scenario.Manifest;
import io.pointsman.lab.scenario.ObjectKey;
import io.pointsman.net.IpAddress;
import io.pointsman.net.IpFamily;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Ingresses as nginx servers that pass requests to the ClusterIPs of Services. Paths match as
 * networking.k8s.io/v1 says; with the annotation {@code nginx.ingress.kubernetes.io/rewrite-target}
 * they are regular expressions at the path's beginning, as in ingress-nginx. What no rule takes gets
 * the default backend, or 404.
 *
 * @param configuration what stands inside of nginx's block {@code http}
 * @param secureHosts hosts that are also served on port 443, from {@code HOST.crt} and {@code
 *     HOST.key}
 * @param leftOut rules that cannot be written down for nginx, and why
 */
public record IngressRules(String configuration, Set<String> secureHosts, List<String> leftOut) {
  private static final Pattern HOST =
      Pattern.compile("(\\*\\.)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");

  /** No character that ends a quoted word of nginx, or begins a variable. */
  private static final Pattern PATH = Pattern.compile("/[-\\w.~%+:@!&'()*,=/|?\\[\\]^]*");

  private static final Pattern TARGET = Pattern.compile("/([-\\w.~%+:@/]|\\$[1-9])*");

  private static final String NOBODY = "return 404 \"default backend - 404\\n\";";

  public IngressRules {
    secureHosts = Set.copyOf(secureHosts);
    leftOut = List.copyOf(leftOut);
  }

  /**
   * The rules of all Ingresses, in the order of their names; of two for one host and path the first
   * counts.
   *
   * @param certificates the directory of certificates and keys
   */
  public static IngressRules of(ClusterObjects objects, Path certificates) {
    Reading reading = new Reading(objects);
    objects.manifests().stream()
        .filter(one -> one.key().kind().equals("Ingress"))
        .forEach(reading::ingress);
    StringBuilder text =
        new StringBuilder(
            """
            proxy_http_version 1.1;
            proxy_set_header Host $http_host;
            proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
            proxy_set_header X-Forwarded-Proto $scheme;
            """);
    reading.hosts.computeIfAbsent("", host -> new Locations());
    reading.hosts.forEach((host, locations) -> {
      boolean secure = reading.secure.contains(host);
      text.append(locations.server(host, secure, certificates, reading.fallback));
    });
    return new IngressRules(text.toString(), reading.secure, reading.leftOut);
  }

  private static final class Reading {
    private final ClusterObjects objects;
    private final Map<String, Locations> hosts = new TreeMap<>();
    private final Set<String> secure = new TreeSet<>();
    private final List<String> leftOut = new ArrayList<>();
    private String fallback = NOBODY;

    Reading(ClusterObjects objects) {
      this.objects = objects;
    }

    void ingress(Manifest ingress) {
      JsonNode spec = ingress.at("/spec");
      if (spec.has("defaultBackend") && fallback.equals(NOBODY)) {
        fallback = backend(ingress.key().namespace(), spec.path("defaultBackend"));
      }
      for (JsonNode rule : spec.path("rules")) {
        String host = rule.path("host").asText();
        if (host.isEmpty() || HOST.matcher(host).matches()) {
          rule.at("/http/paths").forEach(path -> path(ingress, host, path));
        } else {
          leaveOut(ingress, "'" + host + "' is no host");
        }
      }
      for (JsonNode tls : spec.path("tls")) {
        for (JsonNode host : tls.path("hosts")) {
          if (hosts.containsKey(host.asText())) {
            secure.add(host.asText());
          } else {
            leaveOut(ingress, "no rule for the TLS host '" + host.asText() + "'");
          }
        }
      }
    }

    private void path(Manifest ingress, String host, JsonNode rule) {
      String path = rule.path("path").asText("/");
      String target =
          ingress
              .at("/metadata/annotations/nginx.ingress.kubernetes.io~1rewrite-target")
              .asText();
      if (!PATH.matcher(path).matches()) {
        leaveOut(ingress, "the path '" + path + "' has characters that are not served");
      } else if (!target.isEmpty() && !isExpression(path)) {
        leaveOut(ingress, "the path '" + path + "' is no regular expression");
      } else if (!target.isEmpty() && !TARGET.matcher(target).matches()) {
        leaveOut(ingress, "the rewrite target '" + target + "' has characters that are not served");
      } else {
        String backend = backend(ingress.key().namespace(), rule.path("backend"));
        Locations locations = hosts.computeIfAbsent(host, fresh -> new Locations());
        if (target.isEmpty()) {
          locations.plain(path, rule.path("pathType").asText().equals("Exact"), backend);
        } else {
          locations.rewritten(path, target, backend);
        }
      }
    }

    private static boolean isExpression(String path) {
      try {
        Pattern.compile(path);
        return true;
      } catch (PatternSyntaxException wrong) {
        return false;
      }
    }

    private void leaveOut(Manifest ingress, String why) {
      leftOut.add(ingress.key() + ": " + why);
    }

    private String backend(String namespace, JsonNode backend) {
      JsonNode wanted = backend.path("service");
      Optional<Manifest> service =
          objects.get(new ObjectKey("Service", namespace, wanted.path("name").asText()));
      return service
          .flatMap(found -> address(found).map(host -> host + ":" + port(found, wanted)))
          .map(address -> "proxy_pass http://" + address + ";")
          .orElse("return 503 \"the backend is no Service with an address\\n\";");
    }

    private static Optional<String> address(Manifest service) {
      return IpAddress.parse(service.at("/spec/clusterIP").asText())
          .map(address ->
              address.family() == IpFamily.IPV6 ? "[" + address + "]" : address.toString());
    }

    private static int port(Manifest service, JsonNode wanted) {
      String name = wanted.at("/port/name").asText();
      for (JsonNode port : service.at("/spec/ports")) {
        if (!name.isEmpty() && port.path("name").asText().equals(name)) {
          return port.path("port").asInt();
        }
      }
      return wanted.at("/port/number").asInt(80);
    }
  }

  /** The blocks {@code location} of a host by their heads. */
  private static final class Locations {
    private final Map<String, String> plain = new TreeMap<>();

    /** By falling length, for nginx takes the first regular expression that matches. */
    private final Map<String, String> rewritten =
        new TreeMap<>(
            Comparator.comparingInt(String::length)
                .reversed()
                .thenComparing(Comparator.naturalOrder()));

    void plain(String path, boolean exact, String backend) {
      String stem = path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
      if (exact) {
        plain.putIfAbsent("= \"" + path + "\"", backend);
      } else if (stem.equals("/")) {
        plain.putIfAbsent("\"/\"", backend);
      } else {
        plain.putIfAbsent("= \"" + stem + "\"", backend);
        plain.putIfAbsent("\"" + stem + "/\"", backend);
      }
    }

    void rewritten(String path, String target, String backend) {
      rewritten.putIfAbsent(
          "~* \"^" + path + "\"",
          "rewrite \"(?i)^" + path + "\" " + target + " break; " + backend);
    }

    String server(String host, boolean secure, Path certificates, String fallback) {
      StringBuilder text = new StringBuilder("server {\n");
      String more = host.isEmpty() ? " default_server" : "";
      text.append("  listen 80" + more + ";\n  listen [::]:80" + more + ";\n");
      text.append("  server_name " + (host.isEmpty() ? "_" : host) + ";\n");
      if (secure) {
        text.append("  listen 443 ssl;\n  listen [::]:443 ssl;\n");
        text.append("  ssl_certificate \"" + certificates.resolve(host + ".crt") + "\";\n");
        text.append("  ssl_certificate_key \"" + certificates.resolve(host + ".key") + "\";\n");
      }
      Map<String, String> all = new TreeMap<>(plain);
      all.putIfAbsent("\"/\"", fallback);
      all.forEach((head, body) -> text.append("  location " + head + " { " + body + " }\n"));
      rewritten.forEach((head, body) ->
          text.append("  location " + head + " { " + body + " }\n"));
      return text.append("}\n").toString();
    }
  }
}
