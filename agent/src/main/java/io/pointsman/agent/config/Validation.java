package io.pointsman.agent.config;

import io.pointsman.net.Cidr;
import io.pointsman.net.IpAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What is wrong with a configuration, all of it, in kube-proxy's form and with what to do. */
final class Validation {
  private static final List<String> MODES = List.of("iptables", "nftables");
  private static final List<String> LOCAL_MODES =
      List.of("ClusterCIDR", "NodeCIDR", "BridgeInterface", "InterfaceNamePrefix");
  private static final String INTERFACE = "[A-Za-z0-9._@-]{1,15}";

  private final Configuration configuration;
  private final List<String> problems = new ArrayList<>();

  private Validation(Configuration configuration) {
    this.configuration = configuration;
  }

  /**
   * Checks a configuration.
   *
   * @param complete with its defaults
   */
  static List<String> problems(Configuration complete) {
    Validation validation = new Validation(complete);
    validation.checkMode();
    validation.checkNumbers();
    validation.checkPeriods();
    validation.checkAddresses();
    validation.checkTls();
    validation.checkDetection();
    validation.checkNodePorts();
    validation.checkLogging();
    validation.checkOthers();
    return validation.problems;
  }

  private void problem(Field<?> field, String index, String problem) {
    problems.add(
        Problems.at(field.path() + index, problem, configuration.origin(field).orElse("")));
  }

  private <T> void invalid(Field<T> field, String rule) {
    Object value = field.tree(configuration.get(field));
    problem(
        field,
        "",
        "Invalid value: " + (value instanceof String text ? quoted(text) : value) + ": " + rule);
  }

  private static String quoted(String text) {
    return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + "\"";
  }

  private void checkMode() {
    String mode = configuration.get(Fields.MODE);
    if (!MODES.contains(mode)) {
      String advice =
          switch (mode) {
            case "ipvs" ->
                "; ipvs is deprecated in Kubernetes, use nftables: endpoints are then chosen at"
                    + " random instead of by a scheduler, ClusterIPs are not bound to an interface"
                    + " kube-ipvs0, and strictARP is not needed";
            case "kernelspace" -> "; kernelspace is for Windows nodes";
            default -> "";
          };
      problem(
          Fields.MODE,
          "",
          "Unsupported value: " + quoted(mode) + ": supported values: " + list(MODES) + advice);
    }
  }

  private static String list(List<String> values) {
    return values.stream().map(Validation::quoted).collect(Collectors.joining(", "));
  }

  private void checkNumbers() {
    range(Fields.IPTABLES_MASQUERADE_BIT, 0, 31);
    if (isNftables()) {
      range(Fields.NFTABLES_MASQUERADE_BIT, 0, 31);
    }
    range(Fields.OOM_SCORE_ADJ, -1000, 1000);
    for (Field<Integer> field :
        List.of(
            Fields.BURST,
            Fields.CONNTRACK_MAX_PER_CORE,
            Fields.CONNTRACK_MIN,
            Fields.LOG_VERBOSITY)) {
      if (configuration.get(field) < 0) {
        invalid(field, "must be greater than or equal to 0");
      }
    }
  }

  private boolean isNftables() {
    return configuration.get(Fields.MODE).equals("nftables");
  }

  private void range(Field<Integer> field, int from, int to) {
    int value = configuration.get(field);
    if (value < from || value > to) {
      invalid(field, "must be within the range [" + from + ", " + to + "]");
    }
  }

  private void checkPeriods() {
    Field<Duration> sync = isNftables() ? Fields.NFTABLES_SYNC_PERIOD : Fields.IPTABLES_SYNC_PERIOD;
    Field<Duration> minimum =
        isNftables() ? Fields.NFTABLES_MIN_SYNC_PERIOD : Fields.IPTABLES_MIN_SYNC_PERIOD;
    positive(sync);
    positive(Fields.CONFIG_SYNC_PERIOD);
    notNegative(minimum);
    if (configuration.get(minimum).compareTo(configuration.get(sync)) > 0) {
      problems.add(
          Problems.at(
              sync.path(),
              "Invalid value: "
                  + quoted(sync.tree(configuration.get(sync)).toString())
                  + ": must be greater than or equal to KubeProxyConfiguration."
                  + minimum,
              configuration.origin(sync).or(() -> configuration.origin(minimum)).orElse("")));
    }
    notNegative(Fields.CONNTRACK_TCP_ESTABLISHED);
    notNegative(Fields.CONNTRACK_TCP_CLOSE_WAIT);
    notNegative(Fields.CONNTRACK_UDP);
    notNegative(Fields.CONNTRACK_UDP_STREAM);
  }

  private void positive(Field<Duration> field) {
    if (!configuration.get(field).isPositive()) {
      invalid(field, "must be greater than 0");
    }
  }

  private void notNegative(Field<Duration> field) {
    if (configuration.get(field).isNegative()) {
      invalid(field, "must be greater than or equal to 0");
    }
  }

  private void checkAddresses() {
    if (IpAddress.parse(configuration.get(Fields.BIND_ADDRESS)).isEmpty()) {
      invalid(Fields.BIND_ADDRESS, "must be a valid IP address, such as 192.0.2.1 or 2001:db8::1");
    }
    if (!configuration.get(Fields.HEALTHZ_BIND_ADDRESS).isEmpty()) {
      hostPort(Fields.HEALTHZ_BIND_ADDRESS);
    }
    hostPort(Fields.METRICS_BIND_ADDRESS);
  }

  private void hostPort(Field<String> field) {
    if (HostPort.read(configuration.get(field))
        instanceof HostPort.Reading.Wrong(String part, String rule)) {
      problem(field, "", "Invalid value: " + quoted(part) + ": " + rule);
    }
  }

  private void checkTls() {
    require(Fields.TLS_PRIVATE_KEY_FILE, Fields.TLS_CERT_FILE);
    require(Fields.TLS_CERT_FILE, Fields.TLS_PRIVATE_KEY_FILE);
    require(Fields.TLS_CERT_FILE, Fields.HEALTHZ_TLS);
    require(Fields.TLS_CERT_FILE, Fields.TOKEN_WEBHOOK);
  }

  /** A text that must be there when something else is set. */
  private void require(Field<String> field, Field<?> reason) {
    if (configuration.get(field).isEmpty()
        && !configuration.get(reason).equals(reason.fallback())) {
      problems.add(
          Problems.at(
              field.path(),
              "Required value: must be specified when " + reason + " is set",
              configuration.origin(reason).orElse("")));
    }
  }

  private void checkDetection() {
    String mode = configuration.get(Fields.DETECT_LOCAL_MODE);
    switch (mode) {
      case "ClusterCIDR" -> checkClusterCidr();
      case "NodeCIDR" -> {}
      case "BridgeInterface" -> interfaceName(Fields.BRIDGE_INTERFACE, mode);
      case "InterfaceNamePrefix" -> interfaceName(Fields.INTERFACE_NAME_PREFIX, mode);
      default ->
          problem(
              Fields.DETECT_LOCAL_MODE,
              "",
              "Unsupported value: " + quoted(mode) + ": supported values: " + list(LOCAL_MODES));
    }
  }

  private void interfaceName(Field<String> field, String mode) {
    if (configuration.get(field).isEmpty()) {
      invalid(field, "must not be empty when detectLocalMode is " + mode);
    } else if (!configuration.get(field).matches(INTERFACE)) {
      invalid(field, "must name an interface: 1-15 letters, digits, '.', '_', '@' or '-'");
    }
  }

  private void checkClusterCidr() {
    String text = configuration.get(Fields.CLUSTER_CIDR);
    if (text.isEmpty()) {
      return;
    }
    List<Optional<Cidr>> ranges =
        Arrays.stream(text.split(",", -1)).map(String::strip).map(Cidr::parse).toList();
    if (ranges.size() > 2) {
      invalid(
          Fields.CLUSTER_CIDR,
          "only one CIDR allowed or a valid DualStack CIDR (e.g. 10.100.0.0/16,fde4:8dba:82e1::/48)");
    } else if (ranges.stream().anyMatch(Optional::isEmpty)) {
      invalid(
          Fields.CLUSTER_CIDR,
          "must be a valid CIDR block (e.g. 10.100.0.0/16 or fde4:8dba:82e1::/48)");
    } else if (Set.copyOf(ranges.stream().map(range -> range.orElseThrow().family()).toList())
            .size()
        < ranges.size()) {
      invalid(
          Fields.CLUSTER_CIDR,
          "must be a valid DualStack CIDR (e.g. 10.100.0.0/16,fde4:8dba:82e1::/48), one of each"
              + " family");
    }
  }

  private void checkNodePorts() {
    List<String> texts = configuration.get(Fields.NODE_PORT_ADDRESSES);
    for (int i = 0; i < texts.size(); i++) {
      String text = texts.get(i);
      if (text.equals("primary") && texts.size() > 1) {
        problem(
            Fields.NODE_PORT_ADDRESSES,
            "[" + i + "]",
            "Invalid value: \"primary\": can't use both 'primary' and CIDRs; keep one of them");
      } else if (!text.equals("primary") && Cidr.parse(text).isEmpty()) {
        problem(
            Fields.NODE_PORT_ADDRESSES,
            "[" + i + "]",
            "Invalid value: "
                + quoted(text)
                + ": must be a valid CIDR block (e.g. 192.0.2.0/24), or 'primary' alone");
      }
    }
  }

  private void checkLogging() {
    String format = configuration.get(Fields.LOG_FORMAT);
    if (!List.of("text", "json").contains(format)) {
      problem(
          Fields.LOG_FORMAT,
          "",
          "Unsupported value: " + quoted(format) + ": supported values: \"json\", \"text\"");
    }
    if (format.equals("json") && !configuration.get(Fields.LOG_MODULES).isEmpty()) {
      problem(
          Fields.LOG_MODULES, "", "Forbidden: Only supported for text log format; leave it out");
    }
    for (ModuleVerbosity module : configuration.get(Fields.LOG_MODULES)) {
      if (module.filePattern().isEmpty() || module.filePattern().matches(".*[=,].*")) {
        problem(
            Fields.LOG_MODULES,
            "",
            "Invalid value: "
                + quoted(module.filePattern())
                + ": File pattern must not be empty nor contain equal sign or comma");
      }
    }
    if (!FeatureGates.loggingAlphaOptions(configuration)) {
      List.of(Fields.TEXT_SPLIT, Fields.TEXT_BUFFER, Fields.JSON_SPLIT, Fields.JSON_BUFFER)
          .forEach(this::needsAlpha);
    }
  }

  private void needsAlpha(Field<?> field) {
    if (!configuration.get(field).equals(field.fallback())) {
      problem(
          field,
          "",
          "Forbidden: Feature LoggingAlphaOptions is disabled; set this feature gate to true");
    }
  }

  private void checkOthers() {
    for (String problem : FeatureGates.problems(configuration.get(Fields.FEATURE_GATES))) {
      problem(Fields.FEATURE_GATES, "", "Invalid value: " + problem);
    }
    String hidden = configuration.get(Fields.SHOW_HIDDEN_METRICS);
    if (!hidden.isEmpty() && !hidden.equals("1.35")) {
      invalid(Fields.SHOW_HIDDEN_METRICS, "must be omitted or have the value '1.35'");
    }
  }
}
