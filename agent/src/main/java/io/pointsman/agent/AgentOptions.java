package io.pointsman.agent;

import io.pointsman.agent.config.Configuration;
import io.pointsman.agent.config.ConfigurationSource;
import io.pointsman.agent.config.Fields;
import io.pointsman.agent.config.GivenFlags;
import io.pointsman.agent.config.HostPort;
import io.pointsman.agent.http.ListenOn;
import io.pointsman.net.Cidr;
import io.pointsman.net.IpAddress;
import io.pointsman.plan.LocalDetector;
import io.pointsman.reconcile.SyncPolicy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What the agent is asked to do, checked and complete.
 *
 * @param mode name of the backend
 * @param nodeName this node's name
 * @param detection how packets from pods are recognised
 * @param clusterCidrs ranges of pod addresses, for detection by ClusterCIDR
 * @param nodeIps addresses that override those of the Node object
 * @param nodePortCidrs addresses on which node ports answer; empty for the mode's default
 * @param masqueradeAll hide the source of all traffic to ClusterIPs
 * @param masqueradeBit bit of the packet mark, 0..31
 * @param localhostNodePorts node ports on loopback addresses, where the backend can
 * @param cleanSctpFlows tracked SCTP flows whose endpoint is gone are deleted as UDP ones are
 * @param syncPolicy when to sync
 * @param servers where and how the agent answers about itself
 * @param configuration all of this as kube-proxy's users know it
 */
public record AgentOptions(
    String mode,
    String nodeName,
    Detection detection,
    List<Cidr> clusterCidrs,
    List<IpAddress> nodeIps,
    NodePortCidrs nodePortCidrs,
    boolean masqueradeAll,
    int masqueradeBit,
    boolean localhostNodePorts,
    boolean cleanSctpFlows,
    SyncPolicy syncPolicy,
    Servers servers,
    Configuration configuration) {

  /** {@code detectLocalMode}. */
  public sealed interface Detection {
    /** Pods have addresses of {@code clusterCIDR}. */
    record ByClusterCidr() implements Detection {}

    /** Pods of this node have addresses of the Node's {@code spec.podCIDRs}. */
    record ByNodeCidr() implements Detection {}

    /** Pods of this node come in by an interface. */
    record ByInterface(LocalDetector detector) implements Detection {}
  }

  /** {@code nodePortAddresses}. */
  public sealed interface NodePortCidrs {
    /** {@code primary}: the node's own addresses as the Node object gives them. */
    record Primary() implements NodePortCidrs {}

    /** The node's addresses within these ranges; all addresses of a family without a range. */
    record Ranges(List<Cidr> ranges) implements NodePortCidrs {
      public Ranges {
        ranges = List.copyOf(ranges);
      }
    }
  }

  /**
   * Where and how the agent answers about itself.
   *
   * @param health where kubelets and load balancers ask for its health; empty for nowhere
   * @param metrics where operators ask for metrics and more
   * @param tls the certificate to show; empty for plain HTTP
   * @param mustBind an address that cannot be bound ends the agent; else it is tried again
   * @param syncPeriod a change that has waited for the kernel twice as long makes the proxy
   *     unhealthy
   * @param nodeExpected a node without a Node object is not eligible for traffic
   */
  public record Servers(
      Optional<ListenOn> health,
      ListenOn metrics,
      Optional<Tls> tls,
      boolean mustBind,
      Duration syncPeriod,
      boolean nodeExpected) {
    /**
     * HTTPS on the port for metrics.
     *
     * @param certificate PEM
     * @param key PEM
     * @param health on the port for health as well
     * @param tokens the port for metrics asks for bearer tokens
     */
    public record Tls(Path certificate, Path key, boolean health, boolean tokens) {}

    static final int HEALTH_PORT = 10256;
    static final int METRICS_PORT = 10249;

    /** The defaults of kube-proxy. */
    public static final Servers DEFAULT =
        new Servers(
            Optional.of(new ListenOn.Everywhere(HEALTH_PORT)),
            new ListenOn.Address(IpAddress.of("127.0.0.1"), METRICS_PORT),
            Optional.empty(),
            false,
            Duration.ofSeconds(30),
            true);
  }

  /** No limit between syncs but the kernel's own pace; retries from 100 ms to 30 s. */
  public static final SyncPolicy DEFAULT_SYNC_POLICY = syncPolicy(Duration.ZERO);

  static SyncPolicy syncPolicy(Duration minimumInterval) {
    return new SyncPolicy(minimumInterval, Duration.ofMillis(100), Duration.ofSeconds(30));
  }

  public AgentOptions {
    clusterCidrs = List.copyOf(clusterCidrs);
    nodeIps = List.copyOf(nodeIps);
  }

  /** The defaults of kube-proxy for this mode and node. */
  public static AgentOptions defaults(String mode, String nodeName) {
    return of(Configuration.ofMode(mode), nodeName, false, true);
  }

  /**
   * The options of a KubeProxyConfiguration file.
   *
   * @param hostName the node's name unless the file overrides it
   * @throws RuntimeException naming the file, the field and what is wrong with it
   */
  public static AgentOptions ofConfiguration(Path file, String hostName) {
    Configuration configuration =
        new ConfigurationSource(GivenFlags.NONE, Optional.of(file), true).load().configuration();
    return of(configuration, hostName, false, true);
  }

  /**
   * What a configuration asks for.
   *
   * @param configuration valid, with its defaults
   * @param hostName the node's name unless the configuration overrides it
   * @param cleanSctpFlows as the component of that name
   * @param nodeExpected there is an API server, and on it a Node
   */
  static AgentOptions of(
      Configuration configuration, String hostName, boolean cleanSctpFlows, boolean nodeExpected) {
    String mode = configuration.get(Fields.MODE);
    boolean nftables = mode.equals("nftables");
    String override = configuration.get(Fields.HOSTNAME_OVERRIDE);
    return new AgentOptions(
        mode,
        override.isEmpty() ? hostName.strip().toLowerCase(Locale.ROOT) : override,
        detection(configuration),
        clusterCidrs(configuration),
        nodeIps(configuration),
        nodePortCidrs(configuration.get(Fields.NODE_PORT_ADDRESSES)),
        configuration.get(
            nftables ? Fields.NFTABLES_MASQUERADE_ALL : Fields.IPTABLES_MASQUERADE_ALL),
        configuration.get(
            nftables ? Fields.NFTABLES_MASQUERADE_BIT : Fields.IPTABLES_MASQUERADE_BIT),
        configuration.get(Fields.LOCALHOST_NODE_PORTS),
        cleanSctpFlows,
        syncPolicy(
            configuration.get(
                nftables ? Fields.NFTABLES_MIN_SYNC_PERIOD : Fields.IPTABLES_MIN_SYNC_PERIOD)),
        servers(configuration, nodeExpected),
        configuration);
  }

  private static Detection detection(Configuration configuration) {
    return switch (configuration.get(Fields.DETECT_LOCAL_MODE)) {
      case "NodeCIDR" -> new Detection.ByNodeCidr();
      case "BridgeInterface" ->
          new Detection.ByInterface(
              new LocalDetector.Bridge(configuration.get(Fields.BRIDGE_INTERFACE)));
      case "InterfaceNamePrefix" ->
          new Detection.ByInterface(
              new LocalDetector.InterfacePrefix(configuration.get(Fields.INTERFACE_NAME_PREFIX)));
      default -> new Detection.ByClusterCidr();
    };
  }

  private static List<Cidr> clusterCidrs(Configuration configuration) {
    return Arrays.stream(configuration.get(Fields.CLUSTER_CIDR).split(",", -1))
        .flatMap(text -> Cidr.parse(text.strip()).stream())
        .toList();
  }

  private static List<IpAddress> nodeIps(Configuration configuration) {
    return IpAddress.parse(configuration.get(Fields.BIND_ADDRESS))
        .filter(address -> !address.isUnspecified())
        .stream()
        .toList();
  }

  private static NodePortCidrs nodePortCidrs(List<String> texts) {
    return texts.equals(List.of("primary"))
        ? new NodePortCidrs.Primary()
        : new NodePortCidrs.Ranges(
            texts.stream().flatMap(text -> Cidr.parse(text).stream()).toList());
  }

  private static Servers servers(Configuration configuration, boolean nodeExpected) {
    return new Servers(
        Optional.of(configuration.get(Fields.HEALTHZ_BIND_ADDRESS))
            .filter(text -> !text.isEmpty())
            .map(AgentOptions::listenOn),
        listenOn(configuration.get(Fields.METRICS_BIND_ADDRESS)),
        tls(configuration),
        configuration.get(Fields.BIND_ADDRESS_HARD_FAIL),
        configuration.get(
            configuration.get(Fields.MODE).equals("nftables")
                ? Fields.NFTABLES_SYNC_PERIOD
                : Fields.IPTABLES_SYNC_PERIOD),
        nodeExpected);
  }

  private static Optional<Servers.Tls> tls(Configuration configuration) {
    return Optional.of(configuration.get(Fields.TLS_CERT_FILE))
        .filter(text -> !text.isEmpty())
        .map(certificate ->
            new Servers.Tls(
                Path.of(certificate),
                Path.of(configuration.get(Fields.TLS_PRIVATE_KEY_FILE)),
                configuration.get(Fields.HEALTHZ_TLS),
                configuration.get(Fields.TOKEN_WEBHOOK)));
  }

  private static ListenOn listenOn(String text) {
    HostPort place = HostPort.of(text);
    return ListenOn.of(place.address(), place.port());
  }

  /** These options with other pod ranges. */
  public AgentOptions withClusterCidrs(List<Cidr> ranges) {
    return new AgentOptions(
        mode,
        nodeName,
        detection,
        ranges,
        nodeIps,
        nodePortCidrs,
        masqueradeAll,
        masqueradeBit,
        localhostNodePorts,
        cleanSctpFlows,
        syncPolicy,
        servers,
        configuration);
  }

  /** The first pod range of a family. */
  Optional<Cidr> clusterCidr(io.pointsman.net.IpFamily family) {
    return clusterCidrs.stream().filter(cidr -> cidr.family() == family).findFirst();
  }
}
