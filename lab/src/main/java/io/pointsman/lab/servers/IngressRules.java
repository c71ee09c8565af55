package io.pointsman.lab.servers;

import com.fasterxml.jackson.databind.JsonNode;
import io.pointsman.lab.scenario.ClusterObjects;
import io.pointsman.lab.scenario.Manifest;
import java.nio.file.Path;
import java.util.ArrayList;
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
 * networking.k8s.io/v1 says, ImplementationSpecific ones as prefixes; with the annotation {@code
 * nginx.ingress.kubernetes.io/rewrite-target} they are regular expressions at the path's beginning,
 * as in ingress-nginx. What no rule takes gets the default backend of the first Ingress that has
 * one, or 404. Classes of Ingresses make no difference.
 *
 * @param configuration what stands inside of nginx's block {@code http}
 * @param secureHosts hosts that are also served on port 443, from {@code HOST.crt} and {@code
 *     HOST.key}
 * @param leftOut rules that cannot be written down for nginx, and why
 */
public record IngressRules(String configuration, Set<String> secureHosts, List<String> leftOut) {
  private static final Pattern HOST =
      Pattern.compile(
          "(?=.{1,253}$)(\\*\\.)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");

  /** No character that ends a quoted word of nginx, or begins a variable. */
  private static final Pattern PATH = Pattern.compile("/[-\\w.~%+:@!&'()*,=/|?\\[\\]^]*");

  private static final Pattern TARGET = Pattern.compile("/([-\\w.~%+:@/]|\\$[1-9])*");

  private static final String NOBODY = "return 404 \"default backend - 404\\n\";";

  /** nginx makes a connection for each request, so that all pods of a Service get some. */
  private static final String COMMON =
      """
      proxy_http_version 1.1;
      proxy_connect_timeout 5s;
      proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_set_header X-Forwarded-Proto $scheme;
      """;

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
    List<Manifest> ingresses =
        objects.manifests().stream().filter(one -> one.key().kind().equals("Ingress")).toList();
    ingresses.forEach(reading::rules);
    ingresses.forEach(reading::secure);
    return new IngressRules(reading.text(certificates), reading.secure, reading.leftOut);
  }

  private static final class Reading {
    private final ClusterObjects objects;
    private final Map<String, VirtualHost> hosts = new TreeMap<>();
    private final Set<String> secure = new TreeSet<>();
    private final List<String> leftOut = new ArrayList<>();
    private Optional<String> fallback = Optional.empty();

    Reading(ClusterObjects objects) {
      this.objects = objects;
      hosts.put("", new VirtualHost());
    }

    void rules(Manifest ingress) {
      JsonNode spec = ingress.at("/spec");
      if (spec.has("defaultBackend") && fallback.isEmpty()) {
        fallback = Optional.of(backend(ingress, spec.path("defaultBackend")));
      }
      for (JsonNode rule : spec.path("rules")) {
        String host = rule.path("host").asText();
        if (host.isEmpty() || HOST.matcher(host).matches()) {
          VirtualHost server = hosts.computeIfAbsent(host, fresh -> new VirtualHost());
          rule.at("/http/paths").forEach(path -> path(ingress, server, path));
        } else {
          leaveOut(ingress, "'" + host + "' is no host");
        }
      }
    }

    /** After all rules: those of a host may be another Ingress's. */
    void secure(Manifest ingress) {
      for (JsonNode tls : ingress.at("/spec/tls")) {
        for (JsonNode host : tls.path("hosts")) {
          if (!host.asText().isEmpty() && hosts.containsKey(host.asText())) {
            secure.add(host.asText());
          } else {
            leaveOut(ingress, "no rule for the TLS host '" + host.asText() + "'");
          }
        }
      }
    }

    private void path(Manifest ingress, VirtualHost server, JsonNode rule) {
      String path = rule.path("path").asText("/");
      String target =
          ingress.at("/metadata/annotations/nginx.ingress.kubernetes.io~1rewrite-target").asText();
      if (!PATH.matcher(path).matches()) {
        leaveOut(ingress, "the path '" + path + "' has characters that are not served");
      } else if (target.isEmpty() && rule.path("pathType").asText().equals("Exact")) {
        server.exact(path, backend(ingress, rule.path("backend")));
      } else if (target.isEmpty()) {
        server.prefix(path, backend(ingress, rule.path("backend")));
      } else if (!isExpression(path)) {
        leaveOut(ingress, "the path '" + path + "' is no regular expression");
      } else if (!TARGET.matcher(target).matches()) {
        leaveOut(ingress, "the rewrite target '" + target + "' has characters that are not served");
      } else {
        server.rewritten(path, target, backend(ingress, rule.path("backend")));
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

    private String backend(Manifest ingress, JsonNode backend) {
      JsonNode service = backend.path("service");
      Optional<String> found = Upstream.of(objects, ingress.key().namespace(), service);
      if (found.isEmpty()) {
        leaveOut(
            ingress, "the backend " + service + " is no Service with a ClusterIP and this port");
      }
      return found
          .map(address -> "proxy_pass http://" + address + ";")
          .orElse("return 503 \"the backend is no Service with an address\\n\";");
    }

    /** Other hosts on port 443; nginx would answer for them with the first certificate there is. */
    private static String withoutCertificate(String otherwise) {
      return """
      server {
        listen 443 ssl default_server; listen [::]:443 ssl default_server;
        ssl_reject_handshake on;
        location / { %s }
      }
      """
          .formatted(otherwise);
    }

    String text(Path certificates) {
      String otherwise = fallback.orElse(NOBODY);
      StringBuilder text = new StringBuilder(COMMON);
      hosts.forEach((host, server) -> text.append(server.plain(host, otherwise)));
      if (!secure.isEmpty()) {
        text.append(withoutCertificate(otherwise));
      }
      for (String host : secure) {
        text.append(
            hosts.getOrDefault(host, new VirtualHost()).secure(host, certificates, otherwise));
      }
      return text.toString();
    }
  }
}
