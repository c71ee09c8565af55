package io.pointsman.kubernetes;

import io.pointsman.model.ObjectName;
import io.pointsman.model.Service;
import io.pointsman.model.ServiceType;
import io.pointsman.model.TrafficPolicy;
import io.pointsman.net.IpFamily;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads one Service.
 *
 * <p>Fields that an object leaves open get the API's defaults. Parts that mean nothing to a proxy,
 * such as a port without a number, are left out rather than refused: the API server is not to be
 * argued with.
 */
final class ServiceReader {
  /** API reference, ClientIPConfig: default of {@code timeoutSeconds}, three hours. */
  private static final int DEFAULT_AFFINITY_SECONDS = 10_800;

  private final JsonInput in;
  private final Metadata meta;
  private ServiceType type = ServiceType.CLUSTER_IP;
  private String clusterIp = "";
  private List<String> clusterIps = List.of();
  private List<IpFamily> families = List.of();
  private final List<Service.Port> ports = new ArrayList<>(1);
  private List<String> externalIps = List.of();
  private final List<String> loadBalancerIps = new ArrayList<>(1);
  private List<String> sourceRanges = List.of();
  private TrafficPolicy internalPolicy = TrafficPolicy.CLUSTER;
  private TrafficPolicy externalPolicy = TrafficPolicy.CLUSTER;
  private boolean affinity;
  private int affinitySeconds = DEFAULT_AFFINITY_SECONDS;
  private int healthCheckNodePort;

  private ServiceReader(JsonInput in, String absentNamespace) {
    this.in = in;
    this.meta = new Metadata(absentNamespace);
  }

  /**
   * Reads the Service that the input stands on. This proxy must not see it when another one is to
   * serve it, when it is headless or has no cluster IP, or when its namespace or name is missing.
   *
   * @param absentNamespace stands for a namespace that is missing
   */
  static ApiObject<Service> read(JsonInput in, String absentNamespace) {
    ServiceReader reader = new ServiceReader(in, absentNamespace);
    Optional<Fault> fault =
        in.object(field -> {
          switch (field) {
            case "metadata" -> reader.meta.read(in);
            case "spec" -> in.fields(reader::spec);
            case "status" -> in.fields(reader::status);
            default -> {}
          }
        });
    ObjectName name = reader.meta.name();
    return new ApiObject<>(name, reader.meta.version(), reader.service(name), fault);
  }

  private void spec(String field) {
    switch (field) {
      case "type" -> type = type(in.text());
      case "clusterIP" -> clusterIp = in.text();
      case "clusterIPs" -> clusterIps = in.texts();
      case "ipFamilies" -> families = families(in.texts());
      case "ports" -> in.items(() -> PortReader.read(in).ifPresent(ports::add));
      case "externalIPs" -> externalIps = in.texts();
      case "loadBalancerSourceRanges" -> sourceRanges = in.texts();
      case "internalTrafficPolicy" -> internalPolicy = policy(in.text());
      case "externalTrafficPolicy" -> externalPolicy = policy(in.text());
      case "sessionAffinity" -> affinity = in.text().equals("ClientIP");
      case "sessionAffinityConfig" -> in.fields(this::affinityConfig);
      case "healthCheckNodePort" -> healthCheckNodePort = in.number(0);
      default -> {}
    }
  }

  private void affinityConfig(String field) {
    if (field.equals("clientIP")) {
      in.fields(setting -> {
        if (setting.equals("timeoutSeconds")) {
          affinitySeconds = in.number(DEFAULT_AFFINITY_SECONDS);
        }
      });
    }
  }

  private void status(String field) {
    if (field.equals("loadBalancer")) {
      in.fields(part -> {
        if (part.equals("ingress")) {
          in.items(this::ingress);
        }
      });
    }
  }

  /** An ingress of mode Proxy is to be reached through the load balancer (KEP-1860). */
  private void ingress() {
    var ingress =
        new Object() {
          String ip = "";
          boolean proxy;
        };
    in.fields(field -> {
      switch (field) {
        case "ip" -> ingress.ip = in.text();
        case "ipMode" -> ingress.proxy = in.text().equals("Proxy");
        default -> {}
      }
    });
    if (!ingress.proxy && !ingress.ip.isEmpty()) {
      loadBalancerIps.add(ingress.ip);
    }
  }

  private static ServiceType type(String text) {
    return switch (text) {
      case "NodePort" -> ServiceType.NODE_PORT;
      case "LoadBalancer" -> ServiceType.LOAD_BALANCER;
      case "ExternalName" -> ServiceType.EXTERNAL_NAME;
      default -> ServiceType.CLUSTER_IP;
    };
  }

  private static TrafficPolicy policy(String text) {
    return text.equals("Local") ? TrafficPolicy.LOCAL : TrafficPolicy.CLUSTER;
  }

  /** In step with the cluster IPs, therefore nothing at all when one of them is unknown. */
  private static List<IpFamily> families(List<String> texts) {
    List<IpFamily> families = new ArrayList<>(texts.size());
    for (String text : texts) {
      switch (text) {
        case "IPv4" -> families.add(IpFamily.IPV4);
        case "IPv6" -> families.add(IpFamily.IPV6);
        default -> {
          return List.of();
        }
      }
    }
    return families;
  }

  private Optional<Service> service(ObjectName name) {
    List<String> addresses = addresses();
    if (meta.forAnotherProxy()
        || addresses.isEmpty()
        || name.namespace().isEmpty()
        || name.name().isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new Service(
            name,
            meta.created().orElse(Instant.EPOCH),
            type,
            addresses,
            families,
            ports,
            externalIps,
            loadBalancerIps,
            sourceRanges,
            internalPolicy,
            externalPolicy,
            affinity ? affinityTimeout() : 0,
            healthCheckNodePort));
  }

  /** {@code None} marks a headless Service; older objects carry only the single field. */
  private List<String> addresses() {
    List<String> texts = clusterIps.isEmpty() ? List.of(clusterIp) : clusterIps;
    boolean none = clusterIp.equals("None") || texts.contains("None");
    return none || texts.stream().allMatch(String::isEmpty) ? List.of() : texts;
  }

  private int affinityTimeout() {
    return affinitySeconds < 1 ? Service.AFFINITY_TOO_SHORT : affinitySeconds;
  }
}
