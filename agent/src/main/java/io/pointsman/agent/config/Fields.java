package io.pointsman.agent.config;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * All fields of KubeProxyConfiguration, {@code kubeproxy.config.k8s.io/v1alpha1}, and a few that it
 * does not have, under the names that they have with the kubelet if it has them.
 */
public final class Fields {
  private static final Field.Effect HONOURED = new Field.Effect.Honoured();
  private static final Field.Effect OWN = new Field.Effect.Own();
  private static final Field.Effect IPVS =
      new Field.Effect.None("there is no mode ipvs here; mode nftables replaces it");
  private static final Field.Effect WINDOWS =
      new Field.Effect.None("it is for Windows nodes, and this is Linux");
  private static final Field.Effect NO_LIMIT =
      new Field.Effect.None(
          "the API server is asked for a few lists and watches, which need no limit");
  private static final Field.Effect SPLIT =
      new Field.Effect.None("the whole log goes to standard error, unbuffered");

  public static final Field<Map<String, Boolean>> FEATURE_GATES =
      field("featureGates", Type.GATES, Map.of());

  public static final Field<String> KUBECONFIG = text("clientConnection.kubeconfig", "");
  public static final Field<String> ACCEPT_CONTENT_TYPES =
      text("clientConnection.acceptContentTypes", "", new Field.Effect.None("JSON is spoken"));
  public static final Field<String> CONTENT_TYPE =
      text(
          "clientConnection.contentType",
          "application/vnd.kubernetes.protobuf",
          new Field.Effect.None("JSON is spoken"));
  public static final Field<BigDecimal> QPS =
      unset("clientConnection.qps", Type.DECIMAL, BigDecimal.valueOf(5), NO_LIMIT);
  public static final Field<Integer> BURST =
      unset("clientConnection.burst", Type.INT, 10, NO_LIMIT);

  public static final Field<String> LOG_FORMAT = text("logging.format", "text");
  public static final Field<Duration> LOG_FLUSH_FREQUENCY =
      unset(
          "logging.flushFrequency",
          Type.DURATION_OR_NANOS,
          Duration.ofSeconds(5),
          new Field.Effect.None("each line of the log is written at once"));
  public static final Field<Integer> LOG_VERBOSITY = field("logging.verbosity", Type.INT, 0);
  public static final Field<List<ModuleVerbosity>> LOG_MODULES =
      field("logging.vmodule", Type.MODULES, List.of());
  public static final Field<Boolean> TEXT_SPLIT =
      unset("logging.options.text.splitStream", Type.BOOL, false, SPLIT);
  public static final Field<String> TEXT_BUFFER =
      unset("logging.options.text.infoBufferSize", Type.QUANTITY_TEXT, "0", SPLIT);
  public static final Field<Boolean> JSON_SPLIT =
      unset("logging.options.json.splitStream", Type.BOOL, false, SPLIT);
  public static final Field<String> JSON_BUFFER =
      unset("logging.options.json.infoBufferSize", Type.QUANTITY_TEXT, "0", SPLIT);

  public static final Field<String> HOSTNAME_OVERRIDE = text("hostnameOverride", "");
  public static final Field<String> BIND_ADDRESS = text("bindAddress", "0.0.0.0");

  /** IP:PORT; empty when the health server is turned off by {@code --healthz-port=0}. */
  public static final Field<String> HEALTHZ_BIND_ADDRESS = text("healthzBindAddress", "");

  public static final Field<String> METRICS_BIND_ADDRESS = text("metricsBindAddress", "");
  public static final Field<Boolean> BIND_ADDRESS_HARD_FAIL =
      field("bindAddressHardFail", Type.BOOL, false);

  /** PEM; the metrics port speaks HTTPS when it is set. */
  public static final Field<String> TLS_CERT_FILE = text("tlsCertFile", "", OWN);

  /** PEM, the key of that certificate. */
  public static final Field<String> TLS_PRIVATE_KEY_FILE = text("tlsPrivateKeyFile", "", OWN);

  /** The health port speaks HTTPS as well. */
  public static final Field<Boolean> HEALTHZ_TLS = unset("healthzTLS", Type.BOOL, false, OWN);

  /** The metrics port asks for bearer tokens and lets the API server review them. */
  public static final Field<Boolean> TOKEN_WEBHOOK =
      unset("authentication.webhook.enabled", Type.BOOL, false, OWN);

  public static final Field<Boolean> ENABLE_PROFILING =
      unset(
          "enableProfiling",
          Type.BOOL,
          false,
          new Field.Effect.None("the profiles of Go do not exist here; use jcmd or JFR"));
  public static final Field<String> SHOW_HIDDEN_METRICS =
      text("showHiddenMetricsForVersion", "", new Field.Effect.None("no metric is hidden"));

  public static final Field<String> MODE = text("mode", "iptables");
  public static final Field<Integer> IPTABLES_MASQUERADE_BIT =
      pointer("iptables.masqueradeBit", Type.INT, 14);
  public static final Field<Boolean> IPTABLES_MASQUERADE_ALL =
      field("iptables.masqueradeAll", Type.BOOL, false);
  public static final Field<Boolean> LOCALHOST_NODE_PORTS =
      pointer("iptables.localhostNodePorts", Type.BOOL, true);
  public static final Field<Duration> IPTABLES_SYNC_PERIOD =
      field("iptables.syncPeriod", Type.DURATION, Duration.ofSeconds(30));

  /** Zero, and not the second of kube-proxy: a change goes at once. */
  public static final Field<Duration> IPTABLES_MIN_SYNC_PERIOD =
      field("iptables.minSyncPeriod", Type.DURATION, Duration.ZERO);

  public static final Field<Duration> IPVS_SYNC_PERIOD =
      unset("ipvs.syncPeriod", Type.DURATION, Duration.ofSeconds(30), IPVS);
  public static final Field<Duration> IPVS_MIN_SYNC_PERIOD =
      unset("ipvs.minSyncPeriod", Type.DURATION, Duration.ZERO, IPVS);
  public static final Field<String> IPVS_SCHEDULER = text("ipvs.scheduler", "", IPVS);
  public static final Field<List<String>> IPVS_EXCLUDE_CIDRS =
      unset("ipvs.excludeCIDRs", Type.TEXTS, List.of(), IPVS);
  public static final Field<Boolean> IPVS_STRICT_ARP =
      unset("ipvs.strictARP", Type.BOOL, false, IPVS);
  public static final Field<Duration> IPVS_TCP_TIMEOUT =
      unset("ipvs.tcpTimeout", Type.DURATION, Duration.ZERO, IPVS);
  public static final Field<Duration> IPVS_TCP_FIN_TIMEOUT =
      unset("ipvs.tcpFinTimeout", Type.DURATION, Duration.ZERO, IPVS);
  public static final Field<Duration> IPVS_UDP_TIMEOUT =
      unset("ipvs.udpTimeout", Type.DURATION, Duration.ZERO, IPVS);

  public static final Field<Integer> NFTABLES_MASQUERADE_BIT =
      pointer("nftables.masqueradeBit", Type.INT, 14);
  public static final Field<Boolean> NFTABLES_MASQUERADE_ALL =
      field("nftables.masqueradeAll", Type.BOOL, false);
  public static final Field<Duration> NFTABLES_SYNC_PERIOD =
      field("nftables.syncPeriod", Type.DURATION, Duration.ofSeconds(30));

  /** Zero, and not the second of kube-proxy: a change goes at once. */
  public static final Field<Duration> NFTABLES_MIN_SYNC_PERIOD =
      field("nftables.minSyncPeriod", Type.DURATION, Duration.ZERO);

  public static final Field<String> WINKERNEL_NETWORK_NAME =
      text("winkernel.networkName", "", WINDOWS);
  public static final Field<String> WINKERNEL_SOURCE_VIP = text("winkernel.sourceVip", "", WINDOWS);
  public static final Field<Boolean> WINKERNEL_ENABLE_DSR =
      unset("winkernel.enableDSR", Type.BOOL, false, WINDOWS);
  public static final Field<String> WINKERNEL_ROOT_HNS_ENDPOINT =
      text("winkernel.rootHnsEndpointName", "", WINDOWS);
  public static final Field<Boolean> WINKERNEL_FORWARD_HEALTH_CHECK_VIP =
      unset("winkernel.forwardHealthCheckVip", Type.BOOL, false, WINDOWS);

  public static final Field<String> DETECT_LOCAL_MODE = text("detectLocalMode", "ClusterCIDR");
  public static final Field<String> BRIDGE_INTERFACE = text("detectLocal.bridgeInterface", "");
  public static final Field<String> INTERFACE_NAME_PREFIX =
      text("detectLocal.interfaceNamePrefix", "");

  /** One range, or one of each family with a comma between. */
  public static final Field<String> CLUSTER_CIDR = text("clusterCIDR", "");

  public static final Field<List<String>> NODE_PORT_ADDRESSES =
      field("nodePortAddresses", Type.TEXTS, List.of());
  public static final Field<Integer> OOM_SCORE_ADJ = pointer("oomScoreAdj", Type.INT, -999);
  public static final Field<Integer> CONNTRACK_MAX_PER_CORE =
      pointer("conntrack.maxPerCore", Type.INT, 32768);
  public static final Field<Integer> CONNTRACK_MIN = pointer("conntrack.min", Type.INT, 131072);
  public static final Field<Duration> CONNTRACK_TCP_ESTABLISHED =
      pointer("conntrack.tcpEstablishedTimeout", Type.DURATION, Duration.ofHours(24));
  public static final Field<Duration> CONNTRACK_TCP_CLOSE_WAIT =
      pointer("conntrack.tcpCloseWaitTimeout", Type.DURATION, Duration.ofHours(1));
  public static final Field<Boolean> CONNTRACK_TCP_BE_LIBERAL =
      field("conntrack.tcpBeLiberal", Type.BOOL, false);
  public static final Field<Duration> CONNTRACK_UDP =
      field("conntrack.udpTimeout", Type.DURATION, Duration.ZERO);
  public static final Field<Duration> CONNTRACK_UDP_STREAM =
      field("conntrack.udpStreamTimeout", Type.DURATION, Duration.ZERO);

  public static final Field<Duration> CONFIG_SYNC_PERIOD =
      unset(
          "configSyncPeriod",
          Type.DURATION,
          Duration.ofMinutes(15),
          new Field.Effect.None("changes arrive by watches, and nothing is asked again and again"));
  public static final Field<String> PORT_RANGE =
      text("portRange", "", new Field.Effect.None("nothing has used it since mode userspace went"));
  public static final Field<Boolean> WINDOWS_SERVICE =
      unset("windowsRunAsService", Type.BOOL, false, WINDOWS);

  /** All of them, in the order in which they are written. */
  public static final List<Field<?>> ALL =
      List.of(
          FEATURE_GATES,
          KUBECONFIG,
          ACCEPT_CONTENT_TYPES,
          CONTENT_TYPE,
          QPS,
          BURST,
          LOG_FORMAT,
          LOG_FLUSH_FREQUENCY,
          LOG_VERBOSITY,
          LOG_MODULES,
          TEXT_SPLIT,
          TEXT_BUFFER,
          JSON_SPLIT,
          JSON_BUFFER,
          HOSTNAME_OVERRIDE,
          BIND_ADDRESS,
          HEALTHZ_BIND_ADDRESS,
          METRICS_BIND_ADDRESS,
          BIND_ADDRESS_HARD_FAIL,
          TLS_CERT_FILE,
          TLS_PRIVATE_KEY_FILE,
          HEALTHZ_TLS,
          TOKEN_WEBHOOK,
          ENABLE_PROFILING,
          SHOW_HIDDEN_METRICS,
          MODE,
          IPTABLES_MASQUERADE_BIT,
          IPTABLES_MASQUERADE_ALL,
          LOCALHOST_NODE_PORTS,
          IPTABLES_SYNC_PERIOD,
          IPTABLES_MIN_SYNC_PERIOD,
          IPVS_SYNC_PERIOD,
          IPVS_MIN_SYNC_PERIOD,
          IPVS_SCHEDULER,
          IPVS_EXCLUDE_CIDRS,
          IPVS_STRICT_ARP,
          IPVS_TCP_TIMEOUT,
          IPVS_TCP_FIN_TIMEOUT,
          IPVS_UDP_TIMEOUT,
          NFTABLES_MASQUERADE_BIT,
          NFTABLES_MASQUERADE_ALL,
          NFTABLES_SYNC_PERIOD,
          NFTABLES_MIN_SYNC_PERIOD,
          WINKERNEL_NETWORK_NAME,
          WINKERNEL_SOURCE_VIP,
          WINKERNEL_ENABLE_DSR,
          WINKERNEL_ROOT_HNS_ENDPOINT,
          WINKERNEL_FORWARD_HEALTH_CHECK_VIP,
          DETECT_LOCAL_MODE,
          BRIDGE_INTERFACE,
          INTERFACE_NAME_PREFIX,
          CLUSTER_CIDR,
          NODE_PORT_ADDRESSES,
          OOM_SCORE_ADJ,
          CONNTRACK_MAX_PER_CORE,
          CONNTRACK_MIN,
          CONNTRACK_TCP_ESTABLISHED,
          CONNTRACK_TCP_CLOSE_WAIT,
          CONNTRACK_TCP_BE_LIBERAL,
          CONNTRACK_UDP,
          CONNTRACK_UDP_STREAM,
          CONFIG_SYNC_PERIOD,
          PORT_RANGE,
          WINDOWS_SERVICE);

  /** What the log is like; the only fields with an effect that a running proxy follows. */
  public static final Set<Field<?>> OF_LOG = Set.of(LOG_FORMAT, LOG_VERBOSITY, LOG_MODULES);

  private Fields() {}

  private static <T> Field<T> field(String path, Type<T> type, T fallback) {
    return new Field<>(path, type, fallback, false, HONOURED);
  }

  private static <T> Field<T> pointer(String path, Type<T> type, T fallback) {
    return new Field<>(path, type, fallback, true, HONOURED);
  }

  private static <T> Field<T> unset(String path, Type<T> type, T fallback, Field.Effect effect) {
    return new Field<>(path, type, fallback, false, effect);
  }

  private static Field<String> text(String path, String fallback) {
    return field(path, Type.TEXT, fallback);
  }

  private static Field<String> text(String path, String fallback, Field.Effect effect) {
    return new Field<>(path, Type.TEXT, fallback, false, effect);
  }
}
