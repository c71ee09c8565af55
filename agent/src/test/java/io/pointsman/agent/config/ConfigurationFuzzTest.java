package io.pointsman.agent.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.provider.MethodSource;

/** A file is a configuration or refused, and a configuration reads as it was written. */
class ConfigurationFuzzTest {
  static Stream<byte[]> files() {
    String header = "apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\n";
    return Stream.of(
            ConfigurationText.yaml(Configuration.ofMode("iptables")),
            ConfigurationText.json(Configuration.ofMode("nftables")),
            header
                + """
                mode: nftables
                clusterCIDR: 10.244.0.0/16,fd00:244::/64
                nodePortAddresses: [primary, 192.0.2.0/24]
                featureGates: {TopologyAwareHints: true}
                oomScoreAdj: -0x3E7
                clientConnection: {qps: 1.5e1, burst: 010, kubeconfig: "a\\tb"}
                iptables: {masqueradeBit: 14, syncPeriod: 1h2m3.5s, localhostNodePorts: ~}
                logging: {format: json, flushFrequency: 5000000000, verbosity: 2, vmodule: [{filePattern: a*, verbosity: 3}],
                  options: {json: {infoBufferSize: 64Ki}}}
                winkernel: {networkName: x}
                """)
        .map(text -> text.getBytes(StandardCharsets.UTF_8));
  }

  @MethodSource("files")
  @Timeout(120)
  @FuzzTest(maxDuration = "3s")
  void readsAsItWasWritten(byte[] bytes) throws IOException {
    Path file = Files.createTempFile("configuration", ".yaml");
    try {
      Files.write(file, bytes);
      Optional<Configuration> said = unlessRefused(() -> ConfigurationSource.unchecked(file));
      Optional<Configuration> loaded =
          unlessRefused(() ->
              new ConfigurationSource(GivenFlags.NONE, Optional.of(file), true)
                  .load()
                  .configuration());
      for (Configuration read : List.of(said, loaded).stream().flatMap(Optional::stream).toList()) {
        Files.writeString(file, ConfigurationText.yaml(read));
        assertThat(ConfigurationSource.unchecked(file)).isEqualTo(read);
        Files.writeString(file, ConfigurationText.json(read));
        assertThat(ConfigurationSource.unchecked(file)).isEqualTo(read);
      }
    } finally {
      Files.delete(file);
    }
  }

  private static Optional<Configuration> unlessRefused(Supplier<Configuration> reading) {
    try {
      return Optional.of(reading.get());
    } catch (InvalidConfigurationException declared) {
      assertThat(declared).hasMessageMatching("(?s).+");
      return Optional.empty();
    }
  }
}
