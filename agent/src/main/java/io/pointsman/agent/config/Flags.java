package io.pointsman.agent.config;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The flags that set fields of the configuration: those of kube-proxy on Linux, and ours. */
public final class Flags {
  /** Wins over a file. */
  static final Flag<String> HOSTNAME_OVERRIDE =
      Flag.of(
          "--hostname-override",
          Fields.HOSTNAME_OVERRIDE,
          "This node's name; default: the host name in lower case.");

  static final Flag<Boolean> MASQUERADE_ALL =
      placed(
          "--masquerade-all",
          Type.BOOL,
          "false",
          "Hide the source of all traffic to ClusterIPs, in any mode.");
  static final Flag<java.time.Duration> SYNC_PERIOD =
      placed(
          "--iptables-sync-period",
          Type.DURATION,
          "30s",
          "In any mode: a change that has waited for the kernel twice as long makes the proxy"
              + " unhealthy.");
  static final Flag<java.time.Duration> MIN_SYNC_PERIOD =
      placed(
          "--iptables-min-sync-period",
          Type.DURATION,
          "0s",
          "In any mode: the pause between two syncs at least; 0s lets a change go at once.");
  static final Flag<Integer> HEALTHZ_PORT =
      placed(
          "--healthz-port",
          Type.INT,
          "10256",
          "Deprecated, use --healthz-bind-address. 0 turns the health server off.");
  static final Flag<Integer> METRICS_PORT =
      placed("--metrics-port", Type.INT, "10249", "Deprecated, use --metrics-bind-address.");

  /** Their values go to fields that depend on other flags. */
  static final Set<Flag<?>> PLACED_BY_MODE =
      Set.of(MASQUERADE_ALL, SYNC_PERIOD, MIN_SYNC_PERIOD, HEALTHZ_PORT, METRICS_PORT);

  /** Flags about logging; they win over a file. */
  static final List<Flag<?>> LOGGING =
      List.of(
          Flag.of("--logging-format", Fields.LOG_FORMAT, "text or json."),
          Flag.of(
              "--log-flush-frequency",
              Fields.LOG_FLUSH_FREQUENCY,
              "No effect: each line is written at once."),
          Flag.of(
              "--v",
              Fields.LOG_VERBOSITY,
              "How much is logged: 0 what operators must know, 4 for debugging, 6 everything."),
          Flag.of(
              "--vmodule",
              Fields.LOG_MODULES,
              "PATTERN=N, with commas between: how much source files of a name log (text form"
                  + " only)."),
          Flag.of("--log-text-split-stream", Fields.TEXT_SPLIT, "No effect."),
          Flag.of("--log-text-info-buffer-size", Fields.TEXT_BUFFER, "No effect."),
          Flag.of("--log-json-split-stream", Fields.JSON_SPLIT, "No effect."),
          Flag.of("--log-json-info-buffer-size", Fields.JSON_BUFFER, "No effect."));

  private static final List<Flag<?>> OTHERS =
      List.of(
          Flag.of(
              "--authentication-token-webhook",
              Fields.TOKEN_WEBHOOK,
              "The metrics port asks for bearer tokens, and the API server whose they are and what"
                  + " he may get; needs --tls-cert-file."),
          Flag.of("--bind-address", Fields.BIND_ADDRESS, "This node's primary address."),
          Flag.of(
              "--bind-address-hard-fail",
              Fields.BIND_ADDRESS_HARD_FAIL,
              "Exit when the address for health or metrics cannot be bound, instead of trying"
                  + " again."),
          Flag.of(
              "--cluster-cidr",
              Fields.CLUSTER_CIDR,
              "Range of pod addresses, or one of each family with a comma between."),
          Flag.of("--config-sync-period", Fields.CONFIG_SYNC_PERIOD, "No effect."),
          Flag.of(
              "--conntrack-max-per-core",
              Fields.CONNTRACK_MAX_PER_CORE,
              "Connections to track for each core; 0 leaves the limit alone."),
          Flag.of(
              "--conntrack-min", Fields.CONNTRACK_MIN, "Connections to track at least, in all."),
          Flag.of(
              "--conntrack-tcp-be-liberal",
              Fields.CONNTRACK_TCP_BE_LIBERAL,
              "Do not take TCP packets outside the window for invalid."),
          Flag.of(
              "--conntrack-tcp-timeout-close-wait",
              Fields.CONNTRACK_TCP_CLOSE_WAIT,
              "Time-out of connections in CLOSE_WAIT; 0 leaves it alone."),
          Flag.of(
              "--conntrack-tcp-timeout-established",
              Fields.CONNTRACK_TCP_ESTABLISHED,
              "Time-out of established connections; 0 leaves it alone."),
          Flag.of(
              "--conntrack-udp-timeout",
              Fields.CONNTRACK_UDP,
              "Time-out of unanswered UDP flows; 0 leaves it alone."),
          Flag.of(
              "--conntrack-udp-timeout-stream",
              Fields.CONNTRACK_UDP_STREAM,
              "Time-out of answered UDP flows; 0 leaves it alone."),
          Flag.of(
              "--detect-local-mode",
              Fields.DETECT_LOCAL_MODE,
              "ClusterCIDR, NodeCIDR, BridgeInterface or InterfaceNamePrefix."),
          Flag.of("--feature-gates", Fields.FEATURE_GATES, "NAME=true|false, with commas between."),
          Flag.of(
              "--healthz-bind-address",
              Fields.HEALTHZ_BIND_ADDRESS,
              "IP or IP:PORT where /healthz and /livez answer; default 0.0.0.0:10256, which means"
                  + " both families."),
          HEALTHZ_PORT,
          Flag.of(
              "--healthz-tls",
              Fields.HEALTHZ_TLS,
              "The health port speaks HTTPS, too: the kubelet and load balancers must then ask so."),
          HOSTNAME_OVERRIDE,
          Flag.of(
              "--iptables-localhost-nodeports",
              Fields.LOCALHOST_NODE_PORTS,
              "Node ports answer on 127.0.0.1 in iptables mode."),
          Flag.of(
              "--iptables-masquerade-bit",
              Fields.IPTABLES_MASQUERADE_BIT,
              "Bit of the packet mark that asks for masquerading in iptables mode, 0-31."),
          MIN_SYNC_PERIOD,
          SYNC_PERIOD,
          Flag.of("--ipvs-exclude-cidrs", Fields.IPVS_EXCLUDE_CIDRS, "No effect."),
          Flag.of("--ipvs-min-sync-period", Fields.IPVS_MIN_SYNC_PERIOD, "No effect."),
          Flag.of("--ipvs-scheduler", Fields.IPVS_SCHEDULER, "No effect."),
          Flag.of("--ipvs-strict-arp", Fields.IPVS_STRICT_ARP, "No effect."),
          Flag.of("--ipvs-sync-period", Fields.IPVS_SYNC_PERIOD, "No effect."),
          Flag.of("--ipvs-tcp-timeout", Fields.IPVS_TCP_TIMEOUT, "No effect."),
          Flag.of("--ipvs-tcpfin-timeout", Fields.IPVS_TCP_FIN_TIMEOUT, "No effect."),
          Flag.of("--ipvs-udp-timeout", Fields.IPVS_UDP_TIMEOUT, "No effect."),
          Flag.of("--kube-api-burst", Fields.BURST, "No effect."),
          Flag.of("--kube-api-content-type", Fields.CONTENT_TYPE, "No effect: JSON is spoken."),
          Flag.of("--kube-api-qps", Fields.QPS, "No effect."),
          Flag.of(
              "--kubeconfig",
              Fields.KUBECONFIG,
              "How to reach the API server; without it the pod's service account is used."),
          MASQUERADE_ALL,
          Flag.of(
              "--metrics-bind-address",
              Fields.METRICS_BIND_ADDRESS,
              "IP or IP:PORT where /metrics, /readyz, /proxyMode and /configz answer; default"
                  + " 127.0.0.1:10249."),
          METRICS_PORT,
          Flag.of(
              "--nodeport-addresses",
              Fields.NODE_PORT_ADDRESSES,
              "Where node ports answer: ranges, or 'primary'."),
          Flag.of(
              "--oom-score-adj",
              Fields.OOM_SCORE_ADJ,
              "How gladly the kernel kills this process when memory is short, -1000 to 1000."),
          Flag.of("--pod-bridge-interface", Fields.BRIDGE_INTERFACE, "For BridgeInterface."),
          Flag.of(
              "--pod-interface-name-prefix",
              Fields.INTERFACE_NAME_PREFIX,
              "For InterfaceNamePrefix."),
          Flag.of("--profiling", Fields.ENABLE_PROFILING, "No effect."),
          Flag.of("--proxy-mode", Fields.MODE, "iptables or nftables."),
          Flag.of("--show-hidden-metrics-for-version", Fields.SHOW_HIDDEN_METRICS, "No effect."),
          Flag.of(
              "--tls-cert-file",
              Fields.TLS_CERT_FILE,
              "Certificate, with those that vouch for it (PEM): the metrics port speaks HTTPS. The"
                  + " files are followed when they change."),
          Flag.of(
              "--tls-private-key-file",
              Fields.TLS_PRIVATE_KEY_FILE,
              "The certificate's private key (PEM)."),
          placed("--boot-id-file", Type.TEXT, "", "No effect."),
          placed("--machine-id-file", Type.TEXT, "", "No effect."));

  /** All flags that set fields, sorted within their groups. */
  public static final List<Flag<?>> ALL =
      java.util.stream.Stream.concat(OTHERS.stream(), LOGGING.stream())
          .<Flag<?>>map(flag -> flag)
          .toList();

  private Flags() {}

  private static <T> Flag<T> placed(String name, Type<T> type, String fallback, String help) {
    return new Flag<>(name, type, fallback, Optional.empty(), help);
  }
}
