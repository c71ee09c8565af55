package io.pointsman.kubernetes;

import io.fabric8.kubernetes.api.model.LoadBalancerIngress;
import io.fabric8.kubernetes.api.model.NodeAddress;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.ServiceSpec;
import io.fabric8.kubernetes.api.model.networking.v1.ServiceCIDR;
import io.pointsman.model.Node;
import io.pointsman.model.ObjectName;
import io.pointsman.model.Service;
import io.pointsman.model.ServiceCidr;
import io.pointsman.model.ServiceType;
import io.pointsman.model.TrafficPolicy;
import io.pointsman.net.IpFamily;
import io.pointsman.net.Protocol;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reduces objects of the Kubernetes API to the model's records.
 *
 * <p>Fields that an object leaves open get the API's defaults. Parts that mean nothing to a proxy,
 * such as a port without a number, are left out rather than refused: the API server is not to be
 * argued with.
 */
final class ObjectConverter {
  /** Hides a Service from this proxy, whatever its value (KEP-2447). */
  static final String SERVICE_PROXY_NAME = "service.kubernetes.io/service-proxy-name";

  private static final String ZONE = "topology.kubernetes.io/zone";
  private static final String DELETION_TAINT = "ToBeDeletedByClusterAutoscaler";

  /** API reference, ClientIPConfig: default of {@code timeoutSeconds}, three hours. */
  private static final int DEFAULT_AFFINITY_SECONDS = 10_800;

  private ObjectConverter() {}

  /**
   * A Service.
   *
   * @return empty when another proxy is to serve it, when it is headless or has no cluster IP, or
   *     when it has no name
   */
  static Optional<Service> service(io.fabric8.kubernetes.api.model.Service source) {
    ObjectMeta meta = source.getMetadata();
    ServiceSpec spec = source.getSpec();
    if (meta == null || spec == null || labels(meta).containsKey(SERVICE_PROXY_NAME)) {
      return Optional.empty();
    }
    List<String> clusterIps = clusterIps(spec);
    if (clusterIps.isEmpty()) {
      return Optional.empty();
    }
    return name(meta)
        .map(name ->
            new Service(
                name,
                instant(meta.getCreationTimestamp()).orElse(Instant.EPOCH),
                type(spec.getType()),
                clusterIps,
                families(spec.getIpFamilies()),
                present(spec.getPorts()).stream().flatMap(p -> port(p).stream()).toList(),
                present(spec.getExternalIPs()),
                loadBalancerIps(source),
                present(spec.getLoadBalancerSourceRanges()),
                policy(spec.getInternalTrafficPolicy()),
                policy(spec.getExternalTrafficPolicy()),
                affinitySeconds(spec),
                orZero(spec.getHealthCheckNodePort())));
  }

  /** {@code None} marks a headless Service; older objects carry only the single field. */
  private static List<String> clusterIps(ServiceSpec spec) {
    String first = text(spec.getClusterIP());
    List<String> all = present(spec.getClusterIPs());
    List<String> texts = all.isEmpty() ? List.of(first) : all;
    boolean none = "None".equals(first) || texts.stream().anyMatch(ip -> ip.equals("None"));
    return none || texts.stream().allMatch(String::isEmpty) ? List.of() : texts;
  }

  private static ServiceType type(@Nullable String text) {
    return switch (text(text)) {
      case "NodePort" -> ServiceType.NODE_PORT;
      case "LoadBalancer" -> ServiceType.LOAD_BALANCER;
      case "ExternalName" -> ServiceType.EXTERNAL_NAME;
      default -> ServiceType.CLUSTER_IP;
    };
  }

  /** In step with the cluster IPs, therefore nothing at all when one of them is unknown. */
  private static List<IpFamily> families(@Nullable List<String> texts) {
    List<IpFamily> families = new ArrayList<>();
    for (String text : present(texts)) {
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

  private static Optional<Service.Port> port(ServicePort source) {
    int port = orZero(source.getPort());
    if (port < 1 || port > 65_535) {
      return Optional.empty();
    }
    return protocol(source.getProtocol())
        .map(protocol ->
            new Service.Port(
                text(source.getName()).intern(), protocol, port, orZero(source.getNodePort())));
  }

  /** An ingress of mode Proxy is to be reached through the load balancer (KEP-1860). */
  private static List<String> loadBalancerIps(io.fabric8.kubernetes.api.model.Service source) {
    if (source.getStatus() == null || source.getStatus().getLoadBalancer() == null) {
      return List.of();
    }
    return present(source.getStatus().getLoadBalancer().getIngress()).stream()
        .filter(ingress -> !"Proxy".equals(ingress.getIpMode()))
        .map(LoadBalancerIngress::getIp)
        .filter(ip -> ip != null && !ip.isEmpty())
        .toList();
  }

  private static TrafficPolicy policy(@Nullable String text) {
    return "Local".equals(text) ? TrafficPolicy.LOCAL : TrafficPolicy.CLUSTER;
  }

  private static int affinitySeconds(ServiceSpec spec) {
    if (!"ClientIP".equals(spec.getSessionAffinity())) {
      return 0;
    }
    if (spec.getSessionAffinityConfig() == null
        || spec.getSessionAffinityConfig().getClientIP() == null) {
      return DEFAULT_AFFINITY_SECONDS;
    }
    Integer seconds = spec.getSessionAffinityConfig().getClientIP().getTimeoutSeconds();
    if (seconds == null) {
      return DEFAULT_AFFINITY_SECONDS;
    }
    return seconds < 1 ? Service.AFFINITY_TOO_SHORT : seconds;
  }

  /** A Node; empty when it has no name. */
  static Optional<Node> node(io.fabric8.kubernetes.api.model.Node source) {
    ObjectMeta meta = source.getMetadata();
    if (meta == null || text(meta.getName()).isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new Node(
            meta.getName().intern(),
            text(labels(meta).get(ZONE)).intern(),
            addresses(source),
            podCidrs(source),
            beingDeleted(source)));
  }

  private static List<String> addresses(io.fabric8.kubernetes.api.model.Node source) {
    List<String> addresses = new ArrayList<>();
    if (source.getStatus() != null) {
      for (String type : List.of("InternalIP", "ExternalIP")) {
        for (NodeAddress address : present(source.getStatus().getAddresses())) {
          if (type.equals(address.getType()) && !text(address.getAddress()).isEmpty()) {
            addresses.add(address.getAddress());
          }
        }
      }
    }
    return addresses;
  }

  private static List<String> podCidrs(io.fabric8.kubernetes.api.model.Node source) {
    if (source.getSpec() == null) {
      return List.of();
    }
    List<String> all = present(source.getSpec().getPodCIDRs());
    String single = text(source.getSpec().getPodCIDR());
    return all.isEmpty() && !single.isEmpty() ? List.of(single) : all;
  }

  private static boolean beingDeleted(io.fabric8.kubernetes.api.model.Node source) {
    boolean tainted =
        source.getSpec() != null
            && present(source.getSpec().getTaints()).stream()
                .anyMatch(taint -> DELETION_TAINT.equals(taint.getKey()));
    return tainted || source.getMetadata().getDeletionTimestamp() != null;
  }

  /** A ServiceCIDR; empty when it has no name. */
  static Optional<ServiceCidr> serviceCidr(ServiceCIDR source) {
    ObjectMeta meta = source.getMetadata();
    if (meta == null || text(meta.getName()).isEmpty()) {
      return Optional.empty();
    }
    List<String> cidrs =
        source.getSpec() == null ? List.of() : present(source.getSpec().getCidrs());
    return Optional.of(new ServiceCidr(meta.getName(), cidrs));
  }

  /** Namespace and name; empty when one of them is missing. Namespaces repeat: interned. */
  static Optional<ObjectName> name(@Nullable ObjectMeta meta) {
    if (meta == null || text(meta.getNamespace()).isEmpty() || text(meta.getName()).isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(new ObjectName(meta.getNamespace().intern(), meta.getName().intern()));
  }

  /** TCP when the API leaves it open; empty when unknown. */
  static Optional<Protocol> protocol(@Nullable String text) {
    return text(text).isEmpty() ? Optional.of(Protocol.TCP) : Protocol.named(text(text));
  }

  /** RFC 3339, with or without fractions of a second. */
  static Optional<Instant> instant(@Nullable String text) {
    try {
      return text == null ? Optional.empty() : Optional.of(Instant.parse(text));
    } catch (DateTimeException unreadable) {
      return Optional.empty();
    }
  }

  static Map<String, String> labels(ObjectMeta meta) {
    return meta.getLabels() == null ? Map.of() : meta.getLabels();
  }

  static int orZero(@Nullable Integer value) {
    return value == null ? 0 : value;
  }

  static String text(@Nullable String value) {
    return value == null ? "" : value;
  }

  /** The list without absent elements, which JSON's {@code null} can leave. */
  static <T> List<T> present(@Nullable List<T> values) {
    if (values == null || values.isEmpty()) {
      return List.of();
    }
    return values.stream().filter(Objects::nonNull).toList();
  }
}
