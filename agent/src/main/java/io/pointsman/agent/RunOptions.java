package io.pointsman.agent;

import io.pointsman.agent.AgentOptions.Servers;
import io.pointsman.agent.http.ListenOn;
import io.pointsman.net.Cidr;
import io.pointsman.net.IpAddress;
import io.pointsman.net.IpFamily;
import io.pointsman.plan.LocalDetector;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The flags of {@code run}, with kube-proxy's names and meanings where it has them. */
final class RunOptions {
  @Option(
      names = "--config",
      paramLabel = "FILE",
      description =
          "KubeProxyConfiguration file; flags with the same meaning are then ignored, but for --hostname-override.")
  @Nullable Path config;

  @Option(
      names = "--source",
      paramLabel = "dir:PATH",
      description =
          "Read Services and EndpointSlices from a file or folder of manifests, watched for changes, instead of an API server.")
  @Nullable String source;

  @Option(
      names = "--kubeconfig",
      paramLabel = "FILE",
      description = "How to reach the API server; without it the pod's service account is used.")
  @Nullable Path kubeconfig;

  @Option(
      names = "--master",
      paramLabel = "URL",
      description = "Address of the API server, instead of the one in the kubeconfig.")
  @Nullable String master;

  @Option(
      names = "--proxy-mode",
      paramLabel = "MODE",
      description = "nftables or iptables (default: iptables, as kube-proxy).")
  @Nullable String proxyMode;

  @Option(
      names = "--hostname-override",
      paramLabel = "NAME",
      description = "This node's name (default: the host name in lower case).")
  @Nullable String hostnameOverride;

  @Option(
      names = "--cluster-cidr",
      paramLabel = "CIDR[,CIDR]",
      split = ",",
      description = "Ranges of pod addresses, one a family.")
  List<String> clusterCidr = List.of();

  @Option(
      names = "--bind-address",
      paramLabel = "IP",
      description = "This node's primary address; nothing is bound to it.")
  @Nullable String bindAddress;

  @Option(
      names = "--nodeport-addresses",
      paramLabel = "CIDR",
      split = ",",
      description = "Where node ports answer: ranges, or 'primary'.")
  List<String> nodePortAddresses = List.of();

  @Option(
      names = "--detect-local-mode",
      paramLabel = "MODE",
      description = "ClusterCIDR, NodeCIDR, BridgeInterface or InterfaceNamePrefix.")
  @Nullable String detectLocalMode;

  @Option(
      names = "--pod-bridge-interface",
      paramLabel = "NAME",
      description = "For BridgeInterface.")
  @Nullable String podBridgeInterface;

  @Option(
      names = "--pod-interface-name-prefix",
      paramLabel = "PREFIX",
      description = "For InterfaceNamePrefix.")
  @Nullable String podInterfaceNamePrefix;

  @Option(names = "--masquerade-all", description = "Hide the source of all traffic to ClusterIPs.")
  boolean masqueradeAll;

  @Option(
      names = "--iptables-masquerade-bit",
      paramLabel = "BIT",
      defaultValue = "14",
      description = "Bit of the packet mark that asks for masquerading, 0-31.")
  int masqueradeBit;

  @Option(
      names = "--healthz-bind-address",
      paramLabel = "IP:PORT",
      defaultValue = "0.0.0.0:10256",
      description = "Where /healthz and /livez answer; all addresses of both families by default.")
  String healthzBindAddress = "0.0.0.0:10256";

  @Option(
      names = "--metrics-bind-address",
      paramLabel = "IP:PORT",
      defaultValue = "127.0.0.1:10249",
      description = "Where /metrics, /readyz, /proxyMode and /configz answer.")
  String metricsBindAddress = "127.0.0.1:10249";

  @Option(
      names = "--bind-address-hard-fail",
      description = "Exit when one of these addresses cannot be bound, instead of trying again.")
  boolean bindAddressHardFail;

  @Option(
      names = "--iptables-min-sync-period",
      paramLabel = "DURATION",
      description =
          "In any mode: the pause between two syncs at least (default: 0s, a change goes at once).")
  @Nullable String minSyncPeriod;

  @Option(
      names = "--iptables-sync-period",
      paramLabel = "DURATION",
      description =
          "In any mode: a change that has waited for the kernel twice as long makes the proxy unhealthy (default: 30s).")
  @Nullable String syncPeriod;

  @Option(
      names = {"-v", "--v"},
      paramLabel = "LEVEL",
      description =
          "How much is logged: 0 what operators must know, 4 for debugging, 6 everything (default: 0).")
  @Nullable Integer verbosity;

  @Option(
      names = "--clean-sctp-flows",
      description =
          "Let SCTP associations begin anew when their endpoint is gone, as UDP flows do.")
  boolean cleanSctpFlows;

  @Option(
      names = "--cleanup",
      description = "Remove all rules of Pointsman and kube-proxy, and exit.")
  boolean cleanup;

  @Option(
      names = "--init-only",
      description =
          "Do what needs more rights than CAP_NET_ADMIN (settings of the kernel, a try of the mode), and exit.")
  boolean initOnly;

  @Option(
      names = "--agent-socket",
      paramLabel = "PATH",
      defaultValue = ExplainCommand.DEFAULT_SOCKET,
      description = "Where 'pointsman explain' asks this agent; empty for nowhere.")
  String agentSocket = ExplainCommand.DEFAULT_SOCKET;

  ProxyConfiguration configuration() {
    return config == null ? ProxyConfiguration.none() : ProxyConfiguration.read(config);
  }

  /** The flag wins over the file, as for all flags about logging. */
  int verbosity(ProxyConfiguration file) {
    return Optional.ofNullable(verbosity).or(() -> file.number("logging.verbosity")).orElse(0);
  }

  Optional<Path> kubeconfig(ProxyConfiguration file) {
    return config == null
        ? Optional.ofNullable(kubeconfig)
        : file.string("clientConnection.kubeconfig").map(Path::of);
  }

  /** The node's name, trimmed and in lower case as node names are. */
  String nodeName(ProxyConfiguration file, String hostName) {
    String name =
        Optional.ofNullable(hostnameOverride)
            .or(() -> file.string("hostnameOverride"))
            .orElse(hostName)
            .strip()
            .toLowerCase(Locale.ROOT);
    if (name.isEmpty()) {
      throw new UsageException("--hostname-override is empty; name this node");
    }
    return name;
  }

  private AgentOptions.Servers servers(ProxyConfiguration file, String section) {
    boolean fromFile = config != null;
    boolean v6 = nodeIps(file).stream().anyMatch(ip -> ip.family() == IpFamily.IPV6);
    String health = fromFile ? "0.0.0.0" : healthzBindAddress;
    String metrics = fromFile ? (v6 ? "::1" : "127.0.0.1") : metricsBindAddress;
    return new AgentOptions.Servers(
        listenOn(
            "--healthz-bind-address",
            file.string("healthzBindAddress").orElse(health),
            AgentOptions.Servers.HEALTH_PORT),
        listenOn(
            "--metrics-bind-address",
            file.string("metricsBindAddress").orElse(metrics),
            AgentOptions.Servers.METRICS_PORT),
        fromFile ? file.bool("bindAddressHardFail").orElse(false) : bindAddressHardFail,
        fromFile
            ? file.duration(section + ".syncPeriod").orElse(Servers.DEFAULT.syncPeriod())
            : duration("--iptables-sync-period", syncPeriod)
                .filter(Duration::isPositive)
                .orElse(Servers.DEFAULT.syncPeriod()),
        source == null);
  }

  /** Empty when the flag is not given. */
  private static Optional<Duration> duration(String flag, @Nullable String text) {
    return Optional.ofNullable(text)
        .map(given ->
            GoDuration.parse(given)
                .filter(duration -> !duration.isNegative())
                .orElseThrow(() ->
                    new UsageException(flag + " '" + given + "' is not a duration such as 30s")));
  }

  private static ListenOn listenOn(String flag, String text, int defaultPort) {
    int colon = text.lastIndexOf(':');
    boolean portless = colon < 0 || (text.indexOf(':') != colon && !text.contains("]:"));
    String host = portless ? text : text.substring(0, colon);
    String port = portless ? Integer.toString(defaultPort) : text.substring(colon + 1);
    Optional<IpAddress> address = IpAddress.parse(host.replaceAll("^\\[|\\]$", ""));
    if (address.isEmpty() || !port.matches("[0-9]{1,5}") || Integer.parseInt(port) > 65535) {
      throw new UsageException(
          flag + " '" + text + "' is not IP:PORT, such as 0.0.0.0:" + defaultPort);
    }
    return ListenOn.of(address.get(), Integer.parseInt(port));
  }

  /** The agent's options; from the file when there is one, else from the flags. */
  AgentOptions agentOptions(ProxyConfiguration file, String hostName) {
    boolean fromFile = config != null;
    String mode =
        (fromFile ? file.string("mode") : Optional.ofNullable(proxyMode)).orElse("iptables");
    Backends.required(mode);
    String section = mode.equals("nftables") ? "nftables" : "iptables";
    return new AgentOptions(
        mode,
        nodeName(file, hostName),
        detection(file),
        clusterCidrs(file),
        nodeIps(file),
        nodePortCidrs(file, mode),
        fromFile ? file.bool(section + ".masqueradeAll").orElse(false) : masqueradeAll,
        fromFile ? file.number(section + ".masqueradeBit").orElse(14) : masqueradeBit,
        file.bool("iptables.localhostNodePorts").orElse(true),
        cleanSctpFlows,
        AgentOptions.syncPolicy(
            fromFile
                ? file.duration(section + ".minSyncPeriod").orElse(Duration.ZERO)
                : duration("--iptables-min-sync-period", minSyncPeriod).orElse(Duration.ZERO)),
        servers(file, section));
  }

  private List<Cidr> clusterCidrs(ProxyConfiguration file) {
    List<String> texts =
        config == null
            ? clusterCidr
            : file.string("clusterCIDR")
                .map(text -> List.of(text.split(",", -1)))
                .orElse(List.of());
    return texts.stream()
        .map(String::strip)
        .filter(text -> !text.isEmpty())
        .map(text -> cidr("--cluster-cidr", text))
        .toList();
  }

  private List<IpAddress> nodeIps(ProxyConfiguration file) {
    return (config == null ? Optional.ofNullable(bindAddress) : file.string("bindAddress"))
            .map(text ->
                IpAddress.parse(text)
                    .orElseThrow(() ->
                        new UsageException("--bind-address '" + text + "' is not an IP address")))
            .filter(address -> !address.isUnspecified())
            .stream()
            .toList();
  }

  private AgentOptions.NodePortCidrs nodePortCidrs(ProxyConfiguration file, String mode) {
    List<String> texts = config == null ? nodePortAddresses : file.strings("nodePortAddresses");
    if (texts.isEmpty()) {
      return AgentOptions.defaultNodePorts(mode);
    }
    if (texts.equals(List.of("primary"))) {
      return new AgentOptions.NodePortCidrs.Primary();
    }
    return new AgentOptions.NodePortCidrs.Ranges(
        texts.stream().map(text -> cidr("--nodeport-addresses", text)).toList());
  }

  private static Cidr cidr(String flag, String text) {
    return Cidr.parse(text)
        .orElseThrow(() ->
            new UsageException(
                flag + " '" + text + "' is not a CIDR (ADDRESS/LENGTH), such as 10.244.0.0/16"));
  }

  private AgentOptions.Detection detection(ProxyConfiguration file) {
    boolean fromFile = config != null;
    String mode =
        (fromFile ? file.string("detectLocalMode") : Optional.ofNullable(detectLocalMode))
            .orElse("ClusterCIDR");
    return switch (mode) {
      case "ClusterCIDR" -> new AgentOptions.Detection.ByClusterCidr();
      case "NodeCIDR" -> new AgentOptions.Detection.ByNodeCidr();
      case "BridgeInterface" ->
          new AgentOptions.Detection.ByInterface(
              new LocalDetector.Bridge(
                  required(
                      "--pod-bridge-interface",
                      mode,
                      fromFile
                          ? file.string("detectLocal.bridgeInterface")
                          : Optional.ofNullable(podBridgeInterface))));
      case "InterfaceNamePrefix" ->
          new AgentOptions.Detection.ByInterface(
              new LocalDetector.InterfacePrefix(
                  required(
                      "--pod-interface-name-prefix",
                      mode,
                      fromFile
                          ? file.string("detectLocal.interfaceNamePrefix")
                          : Optional.ofNullable(podInterfaceNamePrefix))));
      default ->
          throw new UsageException(
              "--detect-local-mode '"
                  + mode
                  + "' is not one of ClusterCIDR, NodeCIDR, BridgeInterface, InterfaceNamePrefix");
    };
  }

  private static String required(String flag, String mode, Optional<String> value) {
    return value
        .filter(name -> !name.isEmpty() && name.matches("[A-Za-z0-9._@-]{1,15}"))
        .orElseThrow(() ->
            new UsageException(
                flag
                    + " must name an interface (1-15 letters, digits, '.', '_', '-') with"
                    + " --detect-local-mode="
                    + mode));
  }
}
