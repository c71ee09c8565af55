package io.pointsman.lab.scenario;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pointsman.net.IpAddress;
import java.util.Optional;

/**
 * Fills in what an API server fills in when a Service is written: families, policies, affinity
 * timeout (the "defaulting" of core/v1). Node ports are not allocated: scenarios choose theirs.
 */
public final class ServiceDefaults {
  private static final int AFFINITY_SECONDS = 10_800;

  private ServiceDefaults() {}

  /** The manifest itself when it is no Service. */
  public static Manifest complete(Manifest manifest) {
    if (!manifest.key().kind().equals("Service")) {
      return manifest;
    }
    ObjectNode json = manifest.json();
    ObjectNode spec = json.withObject("/spec");
    ifMissing(spec, "type", "ClusterIP");
    ifMissing(spec, "sessionAffinity", "None");
    ifMissing(spec, "internalTrafficPolicy", "Cluster");
    if (!spec.path("type").asText().equals("ClusterIP") || !spec.path("externalIPs").isEmpty()) {
      ifMissing(spec, "externalTrafficPolicy", "Cluster");
    }
    affinity(spec);
    families(spec);
    for (JsonNode port : spec.path("ports")) {
      if (port instanceof ObjectNode one) {
        ifMissing(one, "protocol", "TCP");
        if (!one.has("targetPort")) {
          one.set("targetPort", one.path("port"));
        }
      }
    }
    return Manifest.of(json);
  }

  private static void affinity(ObjectNode spec) {
    if (spec.path("sessionAffinity").asText().equals("ClientIP")) {
      ObjectNode config = spec.withObject("/sessionAffinityConfig/clientIP");
      if (!config.has("timeoutSeconds")) {
        config.put("timeoutSeconds", AFFINITY_SECONDS);
      }
    } else {
      spec.remove("sessionAffinityConfig");
    }
  }

  private static void families(ObjectNode spec) {
    if (spec.has("ipFamilies")) {
      return;
    }
    ArrayNode families = spec.putArray("ipFamilies");
    for (JsonNode address : spec.path("clusterIPs")) {
      Optional<IpAddress> parsed = IpAddress.parse(address.asText());
      parsed.ifPresent(one -> families.add(one.family().toString()));
    }
    if (families.isEmpty()) {
      families.add("IPv4");
    }
    ifMissing(spec, "ipFamilyPolicy", families.size() == 2 ? "RequireDualStack" : "SingleStack");
  }

  private static void ifMissing(ObjectNode node, String key, String value) {
    if (!node.hasNonNull(key)) {
      node.put(key, value);
    }
  }
}
