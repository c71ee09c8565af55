package io.pointsman.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.pointsman.apiserver.ApiServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The program starts with what kubeadm gives kube-proxy: its ConfigMap and its arguments. */
@NeedsLab
@Timeout(90)
class KubeadmStartTest {
  private static final List<String> OBJECTS =
      List.of(
          """
          {"apiVersion":"v1","kind":"Node","metadata":{"name":"node-a"},"status":{"addresses":[
           {"type":"InternalIP","address":"172.29.0.11"}]}}
          """,
          """
          {"apiVersion":"v1","kind":"Service","metadata":{"name":"web","namespace":"default"},
           "spec":{"type":"NodePort","clusterIP":"10.211.0.9","clusterIPs":["10.211.0.9"],
           "ipFamilies":["IPv4"],"ports":[{"port":80,"protocol":"TCP","nodePort":30080}]}}
          """,
          """
          {"apiVersion":"discovery.k8s.io/v1","kind":"EndpointSlice","metadata":{"name":"web-1",
           "namespace":"default","labels":{"kubernetes.io/service-name":"web"}},
           "addressType":"IPv4","ports":[{"name":"","protocol":"TCP","port":8080}],
           "endpoints":[{"addresses":["10.210.1.11"],"conditions":{"ready":true}}]}
          """);

  @TempDir private Path folder;

  /** As kubeadm 1.36 mounts it under /var/lib/kube-proxy; unset fields left to their defaults. */
  private Path configMap(String mode, String server) throws IOException {
    Path token = folder.resolve("token");
    Files.writeString(token, "secret");
    Path kubeconfig = folder.resolve("kubeconfig.conf");
    Files.writeString(
        kubeconfig,
        """
        apiVersion: v1
        kind: Config
        clusters:
        - cluster:
            server: %s
          name: default
        contexts:
        - context:
            cluster: default
            namespace: default
            user: default
          name: default
        current-context: default
        users:
        - name: default
          user:
            tokenFile: %s
        """
            .formatted(server, token));
    Path config = folder.resolve("config.conf");
    Files.writeString(
        config,
        """
        apiVersion: kubeproxy.config.k8s.io/v1alpha1
        bindAddress: 0.0.0.0
        bindAddressHardFail: false
        clientConnection:
          acceptContentTypes: ""
          burst: 0
          contentType: ""
          kubeconfig: %s
          qps: 0
        clusterCIDR: 10.210.0.0/16
        configSyncPeriod: 0s
        conntrack:
          maxPerCore: null
          min: null
          tcpBeLiberal: false
          tcpCloseWaitTimeout: null
          tcpEstablishedTimeout: null
          udpStreamTimeout: 0s
          udpTimeout: 0s
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
        kind: KubeProxyConfiguration
        logging:
          flushFrequency: 0
          verbosity: 0
        metricsBindAddress: ""
        mode: "%s"
        nodePortAddresses: null
        oomScoreAdj: null
        portRange: ""
        """
            .formatted(kubeconfig, mode));
    return config;
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "nftables"})
  void kubeadmsConfigMapAndArgumentsServe(String mode) throws Exception {
    try (Lab lab = Lab.up(Topology.standard(1, 1));
        ApiServer api = lab.namespace("A").call(() -> ApiServer.start())) {
      OBJECTS.forEach(api::put);
      Path config = configMap(mode, api.url());
      Process agent =
          lab.start(
              "A",
              new ProcessBuilder(
                      AgentProgram.command(
                          "run", "--config=" + config, "--hostname-override=node-a"))
                  .redirectErrorStream(true));
      BufferedReader log = agent.inputReader(StandardCharsets.UTF_8);
      String line = log.readLine();
      while (line != null && !line.matches(".*IPv4: .* objects written.*")) {
        assertThat(line).doesNotContain("unknown field", "is ignored");
        line = log.readLine();
      }
      assertThat(line).as("the first sync").isNotNull();
      assertThat(lab.outcomes("ext", "172.29.0.11:30080")).containsExactly("a1:8080 from node-a");
      // The kubelet brings another ConfigMap: the program ends, to be started anew.
      Files.writeString(
          config, Files.readString(config).replace("masqueradeAll: false", "masqueradeAll: true"));
      while (line != null && !line.contains("to be started anew")) {
        line = log.readLine();
      }
      assertThat(line).contains("iptables.masqueradeAll");
      assertThat(agent.waitFor()).isEqualTo(1);
      assertThat(lab.outcomes("ext", "172.29.0.11:30080"))
          .as("the rules stay")
          .containsExactly("a1:8080 from node-a");
    }
  }
}
