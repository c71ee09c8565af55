package io.pointsman.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.pointsman.dataplane.Dataplane;
import io.pointsman.net.IpFamily;
import io.pointsman.netlink.netns.NetworkNamespace;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CleanupCommandTest {
  private static final List<String> MODES = List.of("nftables", "iptables");

  @TempDir private Path folder;

  private static NetworkNamespace namespace() {
    NetworkNamespace.unavailable()
        .ifPresent(reason -> {
          if ("true".equals(System.getenv("CI"))) {
            throw new AssertionError(reason);
          }
          Assumptions.abort(reason);
        });
    return NetworkNamespace.create();
  }

  /** kubeadm reset: the API server is gone, and the files that lead to it may be too. */
  @Test
  void theFlagNeedsNeitherApiServerNorFiles() throws Exception {
    Path manifests =
        Files.writeString(
            folder.resolve("web.yaml"),
            """
            apiVersion: v1
            kind: Service
            metadata: {name: web}
            spec: {clusterIPs: [10.96.0.10, "fd00:96::1"], ipFamilies: [IPv4, IPv6], ports: [{port: 80}]}
            """);
    try (NetworkNamespace namespace = namespace()) {
      namespace.call(() -> {
        for (String mode : MODES) {
          PlannedFiles files = PlannedFiles.read(manifests, mode, "a", List.of());
          for (IpFamily family : IpFamily.values()) {
            try (Dataplane dataplane = Backends.required(mode).open(family)) {
              dataplane.commit(files.plan(family));
              assertThat(dataplane.readBack()).contains("default/web");
            }
          }
        }
        String none = folder.resolve("none").toString();
        String[] asKubeProxy =
            Main.asKubeProxy(List.of("--cleanup", "--config=" + none, "--kubeconfig=" + none));
        assertThat(Main.commandLine().execute(asKubeProxy)).isZero();
        for (String mode : MODES) {
          for (IpFamily family : IpFamily.values()) {
            try (Dataplane dataplane = Backends.required(mode).open(family)) {
              assertThat(dataplane.readBack())
                  .as(mode + " " + family + ": KUBE-FIREWALL is the kubelet's too and stays")
                  .doesNotContain("table", "KUBE-SERVICES", "default/web");
            }
          }
        }
        assertThat(Main.commandLine().execute(asKubeProxy)).as("nothing to remove").isZero();
        return true;
      });
    }
  }
}
