package io.pointsman.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class RunOptionsTest {
  private static AgentOptions.Servers flags(String... arguments) {
    RunOptions options = new RunOptions();
    new CommandLine(new Holder(options)).parseArgs(arguments);
    return options.agentOptions(options.configuration(), "node-a").servers();
  }

  @CommandLine.Command
  private record Holder(@CommandLine.Mixin RunOptions options) {}

  private static AgentOptions.Servers file(Path folder, String fields) throws IOException {
    Path file = folder.resolve("config.conf");
    Files.writeString(
        file,
        "apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\n" + fields);
    return AgentOptions.ofConfiguration(file, "node-a").servers();
  }

  @Test
  void theDefaultsAreThoseOfKubeProxy(@TempDir Path folder) throws IOException {
    assertThat(flags()).isEqualTo(AgentOptions.Servers.DEFAULT);
    assertThat(file(folder, "")).isEqualTo(AgentOptions.Servers.DEFAULT);
    assertThat(file(folder, "healthzBindAddress: ''\niptables: {syncPeriod: 0s}\n"))
        .isEqualTo(AgentOptions.Servers.DEFAULT);
  }

  @Test
  void flagsAreFollowed() {
    AgentOptions.Servers servers =
        flags(
            "--healthz-bind-address",
            "192.0.2.1",
            "--metrics-bind-address",
            "[::]:9249",
            "--bind-address-hard-fail",
            "--iptables-sync-period",
            "1m30s",
            "--source",
            "dir:/x");
    assertThat(servers.health()).hasToString("192.0.2.1:10256");
    assertThat(servers.metrics()).hasToString("[::]:9249");
    assertThat(servers.mustBind()).isTrue();
    assertThat(servers.syncPeriod()).isEqualTo(Duration.ofSeconds(90));
    assertThat(servers.nodeExpected()).isFalse();
  }

  @Test
  void aFileIsFollowed(@TempDir Path folder) throws IOException {
    AgentOptions.Servers servers =
        file(
            folder,
            """
            mode: nftables
            bindAddress: "2001:db8::1"
            healthzBindAddress: 127.0.0.1:1
            bindAddressHardFail: true
            nftables: {syncPeriod: 10s}
            """);
    assertThat(servers.health()).hasToString("127.0.0.1:1");
    assertThat(servers.metrics()).hasToString("[::1]:10249");
    assertThat(servers.mustBind()).isTrue();
    assertThat(servers.syncPeriod()).isEqualTo(Duration.ofSeconds(10));
  }

  @Test
  void aPeriodThatIsNoneIsNamed(@TempDir Path folder) {
    assertThatThrownBy(() -> file(folder, "iptables: {syncPeriod: soon}"))
        .isInstanceOf(UsageException.class)
        .hasMessageEndingWith("iptables.syncPeriod is 'soon', it must be a duration like 30s");
  }

  @ParameterizedTest
  @CsvSource({
    "30s, PT30S, 30s",
    "1m30s, PT1M30S, 1m30s",
    "1.5h, PT1H30M, 1h30m0s",
    "100ms, PT0.1S, 0.1s",
    "0, PT0S, 0s",
    "0s, PT0S, 0s",
    "1us, PT0.000001S, 0.000001s"
  })
  void durationsAreThoseOfGo(String text, Duration duration, String printed) {
    assertThat(GoDuration.parse(text)).contains(duration);
    assertThat(GoDuration.format(duration)).isEqualTo(printed);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "30", "-1s", "1s ", "s", "1d", "1h1", "9999999h"})
  void whatIsNoDurationIsRefused(String text) {
    assertThat(GoDuration.parse(text)).isEmpty();
  }
}
