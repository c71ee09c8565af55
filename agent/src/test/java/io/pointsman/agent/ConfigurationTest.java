package io.pointsman.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pointsman.agent.config.Configuration;
import io.pointsman.agent.config.ConfigurationSource;
import io.pointsman.agent.config.ConfigurationText;
import io.pointsman.agent.config.Field;
import io.pointsman.agent.config.Fields;
import io.pointsman.agent.config.Flag;
import io.pointsman.agent.config.Flags;
import io.pointsman.agent.config.Flagz;
import io.pointsman.agent.config.GivenFlags;
import io.pointsman.agent.config.InvalidConfigurationException;
import io.pointsman.net.Cidr;
import io.pointsman.net.IpAddress;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** Flags and files of kube-proxy mean here what they mean there. */
class ConfigurationTest {
  private static final String HEADER =
      "apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\n";

  /** As kubeadm 1.36 writes it, with its many ways to say nothing. */
  static final String KUBEADM =
      """
      apiVersion: kubeproxy.config.k8s.io/v1alpha1
      bindAddress: 0.0.0.0
      bindAddressHardFail: false
      clientConnection:
        acceptContentTypes: ""
        burst: 0
        contentType: ""
        kubeconfig: /var/lib/kube-proxy/kubeconfig.conf
        qps: 0
      clusterCIDR: 10.244.0.0/16
      configSyncPeriod: 0s
      conntrack:
        maxPerCore: null
        min: null
        tcpBeLiberal: false
        tcpCloseWaitTimeout: null
        tcpEstablishedTimeout: null
        udpStreamTimeout: 0s
        udpTimeout: 0s
      detectLocal:
        bridgeInterface: ""
        interfaceNamePrefix: ""
      detectLocalMode: ""
      enableProfiling: false
      healthzBindAddress: ""
      hostnameOverride: ""
      iptables:
        localhostNodePorts: null
        masqueradeAll: false
        masqueradeBit: null
        minSyncPeriod: 0s
        syncPeriod: 0s
      ipvs:
        excludeCIDRs: null
        minSyncPeriod: 0s
        scheduler: ""
        strictARP: false
        syncPeriod: 0s
        tcpFinTimeout: 0s
        tcpTimeout: 0s
        udpTimeout: 0s
      kind: KubeProxyConfiguration
      logging:
        flushFrequency: 0
        options:
          json:
            infoBufferSize: "0"
          text:
            infoBufferSize: "0"
        verbosity: 0
      metricsBindAddress: ""
      mode: ""
      nftables:
        masqueradeAll: false
        masqueradeBit: null
        minSyncPeriod: 0s
        syncPeriod: 0s
      nodePortAddresses: null
      oomScoreAdj: null
      portRange: ""
      showHiddenMetricsForVersion: ""
      winkernel:
        enableDSR: false
        forwardHealthCheckVip: false
        networkName: ""
        rootHnsEndpointName: ""
        sourceVip: ""
      """;

  private static final String LETTERS = ":{}[]\"'\n\t -#&*!|>%@`0x1";

  @TempDir private Path folder;

  private static GivenFlags given(String... arguments) {
    String[] all =
        Stream.concat(Stream.of("run"), Arrays.stream(arguments))
            .map(KubeProxyFlags::dashed)
            .toArray(String[]::new);
    return KubeProxyFlags.given(Main.commandLine().parseArgs(all).subcommand());
  }

  private static ConfigurationSource.Loaded flags(String... arguments) {
    return new ConfigurationSource(given(arguments), Optional.empty(), true).load();
  }

  private ConfigurationSource.Loaded file(String text, String... arguments) throws IOException {
    Path file = folder.resolve("config.conf");
    Files.writeString(file, text);
    return new ConfigurationSource(given(arguments), Optional.of(file), true).load();
  }

  private static AgentOptions options(ConfigurationSource.Loaded loaded) {
    return AgentOptions.of(loaded.configuration(), "Node-A", false, true);
  }

  @Test
  void whatKubeadmWritesMeansTheDefaults() throws IOException {
    ConfigurationSource.Loaded kubeadm = file(KUBEADM, "--hostname-override=node-a");
    assertThat(kubeadm.notices()).containsExactly("No proxy mode is asked for: using iptables");
    assertThat(
            kubeadm
                .configuration()
                .differences(flags("--hostname-override=node-a").configuration()))
        .containsExactlyInAnyOrder(Fields.KUBECONFIG, Fields.CLUSTER_CIDR);
    AgentOptions options = options(kubeadm);
    assertThat(options.mode()).isEqualTo("iptables");
    assertThat(options.nodeName()).isEqualTo("node-a");
    assertThat(options.clusterCidrs()).containsExactly(Cidr.of("10.244.0.0/16"));
    assertThat(options.servers()).isEqualTo(AgentOptions.Servers.DEFAULT);
    assertThat(options.masqueradeBit()).isEqualTo(14);
    assertThat(options.localhostNodePorts()).isTrue();
    assertThat(NodePreparation.conntrack(kubeadm.configuration()))
        .isEqualTo(io.pointsman.agent.system.ConntrackSettings.DEFAULT);
  }

  @Test
  void flagsAreFollowed() {
    AgentOptions options =
        options(
            flags(
                "--proxy_mode=nftables",
                "--bind-address",
                "192.0.2.1",
                "--cluster-cidr=10.244.0.0/16,fd00:1::/64",
                "--healthz-bind-address",
                "192.0.2.1",
                "--metrics-bind-address",
                "[::]:9249",
                "--bind-address-hard-fail",
                "--masquerade-all=true",
                "--iptables-sync-period",
                "1m30s",
                "--iptables-min-sync-period=2s",
                "--detect-local-mode=BridgeInterface",
                "--pod-bridge-interface=cni0",
                "--nodeport-addresses=192.0.2.0/24",
                "--nodeport-addresses=198.51.100.0/24",
                "--hostname-override= Other ",
                "-v=4"));
    assertThat(options.nodeName()).isEqualTo("other");
    assertThat(options.nodeIps()).containsExactly(IpAddress.of("192.0.2.1"));
    assertThat(options.servers().health().orElseThrow()).hasToString("192.0.2.1:10256");
    assertThat(options.servers().metrics()).hasToString("[::]:9249");
    assertThat(options.servers().mustBind()).isTrue();
    assertThat(options.servers().syncPeriod()).isEqualTo(Duration.ofSeconds(90));
    assertThat(options.syncPolicy().minimumInterval()).isEqualTo(Duration.ofSeconds(2));
    assertThat(options.masqueradeAll()).isTrue();
    assertThat(options.detection()).isInstanceOf(AgentOptions.Detection.ByInterface.class);
    assertThat(options.nodePortCidrs())
        .isEqualTo(
            new AgentOptions.NodePortCidrs.Ranges(
                List.of(Cidr.of("192.0.2.0/24"), Cidr.of("198.51.100.0/24"))));
    assertThat(options.configuration().get(Fields.LOG_VERBOSITY)).isEqualTo(4);
  }

  @Test
  void httpsIsSaidByFlagsOrFile() throws IOException {
    ConfigurationSource.Loaded flags =
        flags(
            "--tls-cert-file=/a/tls.crt",
            "--tls-private-key-file=/a/tls.key",
            "--healthz-tls",
            "--authentication-token-webhook");
    ConfigurationSource.Loaded file =
        file(
            HEADER
                + "tlsCertFile: /a/tls.crt\ntlsPrivateKeyFile: /a/tls.key\nhealthzTLS: true\n"
                + "authentication: {webhook: {enabled: true}}\n");
    assertThat(options(flags).servers().tls())
        .hasValue(
            new AgentOptions.Servers.Tls(Path.of("/a/tls.crt"), Path.of("/a/tls.key"), true, true));
    assertThat(file.configuration()).isEqualTo(flags.configuration());
    assertThat(file.notices()).noneMatch(notice -> notice.contains("tlsCertFile"));
    assertThat(file(ConfigurationText.yaml(flags.configuration())).configuration())
        .isEqualTo(flags.configuration());
  }

  /** kube-proxy would not know them. */
  @Test
  void fieldsOfOurOwnAreWrittenOnlyWhenSet() {
    assertThat(ConfigurationText.yaml(flags().configuration()))
        .doesNotContain("TLS", "tlsCert", "authentication");
  }

  @Test
  void theFamilyOfBindAddressDecidesOnOtherAddressesOfAFile() throws IOException {
    AgentOptions options = options(file(HEADER + "mode: nftables\nbindAddress: '2001:db8::1'\n"));
    assertThat(options.servers().metrics()).hasToString("[::1]:10249");
    assertThat(options.nodePortCidrs()).isEqualTo(new AgentOptions.NodePortCidrs.Primary());
  }

  @Test
  void deprecatedPortsCompleteAddressesOrTurnThemOff() {
    assertThat(options(flags("--healthz-port=0")).servers().health()).isEmpty();
    assertThat(options(flags("--healthz-port=1234")).servers().health().orElseThrow())
        .hasToString("[::]:1234");
    assertThat(flags("--healthz-port=1234").notices())
        .anyMatch(notice -> notice.startsWith("--healthz-port is deprecated"));
    assertThatThrownBy(() -> flags("--metrics-port=0"))
        .isInstanceOf(InvalidConfigurationException.class)
        .hasMessageContaining("KubeProxyConfiguration.metricsBindAddress: Invalid value");
  }

  @Test
  void aFileWinsOverFlagsAndEachIgnoredOneIsNamed() throws IOException {
    ConfigurationSource.Loaded loaded =
        file(
            HEADER + "mode: nftables\nhostnameOverride: from-file\nlogging: {verbosity: 1}\n",
            "--proxy-mode=iptables",
            "--masquerade-all",
            "--hostname-override=from-flag",
            "-v=3");
    assertThat(loaded.configuration().get(Fields.MODE)).isEqualTo("nftables");
    assertThat(loaded.configuration().get(Fields.HOSTNAME_OVERRIDE)).isEqualTo("from-flag");
    assertThat(loaded.configuration().get(Fields.LOG_VERBOSITY)).isEqualTo(3);
    assertThat(loaded.notices())
        .filteredOn(notice -> notice.contains("is ignored, as --config is given"))
        .hasSize(2)
        .anyMatch(notice -> notice.startsWith("--proxy-mode is ignored"))
        .anyMatch(notice -> notice.startsWith("--masquerade-all is ignored"));
  }

  @Test
  void unknownAndRepeatedFieldsAreNamedAndPassedOver() throws IOException {
    ConfigurationSource.Loaded loaded =
        file(HEADER + "mode: iptables\nmod: x\niptables:\n  bit: 1\nmode: nftables\n");
    assertThat(loaded.configuration().get(Fields.MODE)).isEqualTo("nftables");
    assertThat(loaded.notices())
        .anyMatch(notice -> notice.contains(":4:1: unknown field \"mod\""))
        .anyMatch(notice -> notice.contains(":6:3: unknown field \"iptables.bit\""))
        .anyMatch(notice -> notice.contains(":7:1: field \"mode\" is set twice"));
  }

  @Test
  void whatHasNoEffectIsSaid() throws IOException {
    assertThat(
            file(HEADER + "mode: nftables\nipvs: {scheduler: rr}\nenableProfiling: true").notices())
        .anyMatch(
            notice -> notice.startsWith("No effect: ipvs.scheduler, as there is no mode ipvs"))
        .anyMatch(notice -> notice.startsWith("No effect: enableProfiling"));
    assertThat(flags("--proxy-mode=nftables", "--iptables-masquerade-bit=3").notices())
        .contains("No effect: --iptables-masquerade-bit, as the mode is nftables");
  }

  @Test
  void theWrittenConfigurationIsTheSameWhenRead() throws IOException {
    Configuration written =
        flags(
                "--proxy-mode=nftables",
                "--cluster-cidr=10.244.0.0/16",
                "--feature-gates=AllowServiceExternalIPs=false",
                "--vmodule=Agent=5,kube*=2",
                "--oom-score-adj=0",
                "--conntrack-min=0",
                "--iptables-localhost-nodeports=false")
            .configuration();
    assertThat(written.allowsServiceExternalIps()).isFalse();
    String yaml = ConfigurationText.yaml(written);
    ConfigurationSource.Loaded read = file(yaml);
    assertThat(read.configuration().differences(written)).isEmpty();
    assertThat(read.notices()).noneMatch(notice -> notice.contains("unknown"));
    assertThat(file(ConfigurationText.json(written)).configuration()).isEqualTo(written);
  }

  @Test
  void writeConfigToWritesAndEnds() throws IOException {
    Path file = folder.resolve("written.yaml");
    assertThat(
            Main.commandLine()
                .execute("run", "--write-config-to", file.toString(), "--proxy-mode=nftables"))
        .isZero();
    assertThat(Files.readString(file)).contains("mode: \"nftables\"").startsWith("apiVersion:");
  }

  @Test
  void flagzTellsEachFlag() {
    Map<String, String> flagz = Flagz.of(given("--proxy-mode=nftables", "--v=2"));
    assertThat(flagz).containsEntry("proxy-mode", "nftables").containsEntry("v", "2");
    assertThat(flagz).containsEntry("iptables-sync-period", "30s").hasSizeGreaterThan(50);
  }

  /** Section by section what kube-proxy refuses, in its words and with ours. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "mode: ipvs | mode: Unsupported value: \"ipvs\": supported values: \"iptables\", \"nftables\"; ipvs is deprecated",
        "mode: kernelspace | mode: Unsupported value: \"kernelspace\"",
        "mode: 5 | mode: Invalid value: \"5\": must be a text",
        "bindAddress: x | bindAddress: Invalid value: \"x\": must be a valid IP address",
        "healthzBindAddress: 1.2.3.4:0 | healthzBindAddress: Invalid value: \"0\": must be a valid port, 1-65535",
        "healthzBindAddress: x:1 | healthzBindAddress: Invalid value: \"x\": must be a valid IP",
        "metricsBindAddress: 1.2.3.4:70000 | metricsBindAddress: Invalid value: \"70000\"",
        "iptables: {masqueradeBit: 32} | iptables.masqueradeBit: Invalid value: 32: must be within the range [0, 31]",
        "iptables: {masqueradeBit: -1} | iptables.masqueradeBit: Invalid value: -1",
        "iptables: {syncPeriod: soon} | iptables.syncPeriod: Invalid value: \"soon\": must be a duration",
        "iptables: {syncPeriod: -1s} | iptables.syncPeriod: Invalid value: \"-1s\": must be greater than 0",
        "iptables: {minSyncPeriod: 1m} | iptables.syncPeriod: Invalid value: \"30s\": must be greater than or equal to KubeProxyConfiguration.iptables.minSyncPeriod",
        "iptables: {localhostNodePorts: 1} | iptables.localhostNodePorts: Invalid value: \"1\": must be true or false",
        "iptables: [] | iptables: Invalid value: a list: must be a mapping of fields",
        "nodePortAddresses: [primary, 10.0.0.0/8] | nodePortAddresses[0]: Invalid value: \"primary\"",
        "nodePortAddresses: [10.0.0.0] | nodePortAddresses[0]: Invalid value: \"10.0.0.0\": must be a valid CIDR block",
        "nodePortAddresses: 10.0.0.0/8 | nodePortAddresses: Invalid value: \"10.0.0.0/8\": must be a list of texts",
        "clusterCIDR: 10.0.0.0 | clusterCIDR: Invalid value: \"10.0.0.0\": must be a valid CIDR block",
        "'clusterCIDR: 10.0.0.0/8,11.0.0.0/8' | one of each family",
        "detectLocalMode: X | detectLocalMode: Unsupported value: \"X\"",
        "detectLocalMode: BridgeInterface | detectLocal.bridgeInterface: Invalid value: \"\": must not be empty when detectLocalMode is BridgeInterface",
        "detectLocalMode: InterfaceNamePrefix | detectLocal.interfaceNamePrefix: Invalid value: \"\": must not be empty",
        "oomScoreAdj: 2000 | oomScoreAdj: Invalid value: 2000: must be within the range [-1000, 1000]",
        "conntrack: {min: -1} | conntrack.min: Invalid value: -1: must be greater than or equal to 0",
        "conntrack: {udpTimeout: -1s} | conntrack.udpTimeout: Invalid value",
        "configSyncPeriod: -1s | configSyncPeriod: Invalid value",
        "clientConnection: {burst: -1} | clientConnection.burst: Invalid value: -1",
        "clientConnection: {qps: fast} | clientConnection.qps: Invalid value: \"fast\": must be a number",
        "featureGates: {NoSuchGate: true} | featureGates: Invalid value: unrecognized feature gate: NoSuchGate",
        "featureGates: {NFTablesProxyMode: false} | cannot set feature gate NFTablesProxyMode to false",
        "logging: {format: xml} | logging.format: Unsupported value: \"xml\"",
        "'logging: {format: json, vmodule: [{filePattern: a, verbosity: 1}]}' | logging.vmodule: Forbidden",
        "'logging: {options: {json: {splitStream: true}}}' | Feature LoggingAlphaOptions is disabled",
        "tlsCertFile: a | tlsPrivateKeyFile: Required value: must be specified when tlsCertFile is set",
        "tlsPrivateKeyFile: a | tlsCertFile: Required value: must be specified when tlsPrivateKeyFile is set",
        "healthzTLS: true | tlsCertFile: Required value: must be specified when healthzTLS is set",
        "'authentication: {webhook: {enabled: true}}' | tlsCertFile: Required value: must be specified when authentication.webhook.enabled is set",
        "'authentication: {webhook: true}' | authentication.webhook: Invalid value: \"true\": must be a mapping of fields",
        "showHiddenMetricsForVersion: '1.2' | showHiddenMetricsForVersion: Invalid value",
      })
  void whatCannotBeIsRefusedBeforeAnythingIsTouched(String fields, String message)
      throws IOException {
    Path file = folder.resolve("config.conf");
    Files.writeString(file, HEADER + fields + "\n");
    StringWriter errors = new StringWriter();
    CommandLine main = Main.commandLine().setErr(new PrintWriter(errors, true));
    assertThat(main.execute("run", "--config", file.toString())).isEqualTo(2);
    assertThat(errors.toString()).contains(message).contains("pointsman: KubeProxyConfiguration.");
    if (!message.contains("\"\"")) {
      assertThat(errors.toString()).as("where it is said").contains(file.toString());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--proxy-mode=nft | mode: Unsupported value: \"nft\"",
        "--iptables-masquerade-bit=x | invalid argument \"x\" for \"--iptables-masquerade-bit\" flag",
        "--masquerade-all=maybe | invalid argument \"maybe\" for \"--masquerade-all\" flag: it must be true or false",
        "--iptables-sync-period=30 | invalid argument \"30\" for \"--iptables-sync-period\" flag: it must be a duration",
        "--cluster-cidr=10.0.0.0 | clusterCIDR: Invalid value",
        "--feature-gates=X | invalid argument \"X\" for \"--feature-gates\"",
        "--vmodule=x | invalid argument \"x\" for \"--vmodule\"",
        "--healthz-bind-address=x:y | healthzBindAddress: Invalid value: \"x\"",
        "--detect-local-mode=BridgeInterface | detectLocal.bridgeInterface",
        "--config=/none | --config /none cannot be read: no such file or folder; check the path",
        "--config=/ | --config / cannot be read: it is a folder; name a file",
        "--v=-1 | logging.verbosity: Invalid value: -1",
        "--no-such-flag | Unknown option: '--no-such-flag'",
      })
  void wrongFlagsAreNamed(String flag, String message) {
    StringWriter errors = new StringWriter();
    CommandLine main = Main.commandLine().setErr(new PrintWriter(errors, true));
    assertThat(main.execute("run", flag)).isEqualTo(2);
    assertThat(errors.toString()).contains(message);
  }

  @Test
  void allProblemsAreToldAtOnce() {
    assertThatThrownBy(() -> flags("--proxy-mode=x", "--oom-score-adj=5000", "--bind-address=y"))
        .isInstanceOf(InvalidConfigurationException.class)
        .hasMessageContaining("mode")
        .hasMessageContaining("oomScoreAdj")
        .hasMessageContaining("bindAddress");
  }

  /** Each field and flag is documented with what becomes of it. */
  @Test
  void allFieldsAndFlagsAreDocumented() throws IOException {
    Path page = Path.of("../docs/operations/configuration.md");
    String text =
        Files.readString(Files.exists(page) ? page : Path.of("docs/operations/configuration.md"));
    Set<String> missing =
        Fields.ALL.stream()
            .map(Field::path)
            .collect(Collectors.toCollection(java.util.TreeSet::new));
    Flags.ALL.stream().map(Flag::name).forEach(missing::add);
    missing.removeIf(name -> text.contains("`" + name + "`"));
    assertThat(missing).isEmpty();
  }

  /** Whatever stands in a file, the answer is a configuration or a list of problems. */
  @Test
  void garbageIsRefusedInWords() throws IOException {
    SplittableRandom random = new SplittableRandom(7);
    byte[] whole = KUBEADM.getBytes(StandardCharsets.UTF_8);
    Path file = folder.resolve("config.conf");
    for (int round = 0; round < 3000; round++) {
      byte[] text = whole.clone();
      for (int i = random.nextInt(1, 12); i > 0; i--) {
        text[random.nextInt(text.length)] = (byte) LETTERS.charAt(random.nextInt(LETTERS.length()));
      }
      Files.write(file, text);
      try {
        new ConfigurationSource(GivenFlags.NONE, Optional.of(file), true).load();
      } catch (InvalidConfigurationException told) {
        assertThat(told.getMessage()).isNotBlank();
      }
    }
  }
}
