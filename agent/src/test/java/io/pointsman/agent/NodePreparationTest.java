package io.pointsman.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodePreparationTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "iptables; true; []; true",
        "iptables; true; [10.0.0.0/8, 127.0.0.0/8]; true",
        "iptables; true; ['0.0.0.0/0']; true",
        // No range of IPv4 means all of it.
        "iptables; true; ['fd00::/8']; true",
        "iptables; true; [10.0.0.0/8]; false",
        "iptables; true; [primary]; false",
        "iptables; false; []; false",
        "nftables; true; []; false",
        "nftables; true; ['0.0.0.0/0']; false",
      })
  void loopbackIsOpenedOnlyWhereNodePortsAnswerThere(
      String mode, boolean localhost, String addresses, boolean wanted, @TempDir Path folder)
      throws IOException {
    Path file = folder.resolve("config.yaml");
    Files.writeString(
        file,
        """
        apiVersion: kubeproxy.config.k8s.io/v1alpha1
        kind: KubeProxyConfiguration
        mode: %s
        nodePortAddresses: %s
        iptables: {localhostNodePorts: %s}
        """
            .formatted(mode, addresses, localhost));
    assertThat(
            NodePreparation.wantsLocalhostNodePorts(AgentOptions.ofConfiguration(file, "node-a")))
        .isEqualTo(wanted);
  }
}
