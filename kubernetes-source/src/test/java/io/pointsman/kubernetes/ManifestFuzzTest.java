package io.pointsman.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.provider.MethodSource;

/** A file holds manifests, or is refused with a place and what is wrong. */
class ManifestFuzzTest {
  static Stream<byte[]> files() {
    return Stream.of(
            """
            apiVersion: v1
            kind: Service
            metadata: {name: web, namespace: shop, creationTimestamp: "2026-01-01T00:00:00Z"}
            spec:
              type: LoadBalancer
              clusterIP: 10.96.0.10
              clusterIPs: [10.96.0.10, "fd00::10"]
              ipFamilies: [IPv4, IPv6]
              ports:
              - {name: http, port: 80, protocol: TCP, nodePort: 30080, targetPort: 8080}
              externalIPs: [192.0.2.1]
              loadBalancerSourceRanges: [10.0.0.0/8]
              internalTrafficPolicy: Local
              sessionAffinity: ClientIP
              sessionAffinityConfig: {clientIP: {timeoutSeconds: 0x10}}
            status: {loadBalancer: {ingress: [{ip: 198.51.100.1, ipMode: VIP}]}}
            ---
            apiVersion: discovery.k8s.io/v1
            kind: EndpointSlice
            metadata: {name: web-1, namespace: shop, labels: {kubernetes.io/service-name: web}}
            addressType: IPv4
            ports: [{name: http, port: 8080}]
            endpoints:
            - addresses: [10.244.1.5]
              conditions: {ready: true, serving: ~, terminating: false}
              nodeName: node-a
              hints: {forZones: [{name: zone-a}]}
            """,
            """
            {"apiVersion": "v1", "kind": "List", "items": [
             {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "node-a"},
              "spec": {"podCIDRs": ["10.244.0.0/24"], "taints": [{"key": "x"}]},
              "status": {"addresses": [{"type": "InternalIP", "address": "192.0.2.1"}]}},
             {"apiVersion": "networking.k8s.io/v1", "kind": "ServiceCIDR",
              "metadata": {"name": "kubernetes"}, "spec": {"cidrs": ["10.96.0.0/12"]}}]}
            """,
            """
            apiVersion: v1
            kind: ServiceList
            items:
            - &one {metadata: {name: a}, spec: {clusterIP: 10.96.0.1, ports: [{port: 1e1}]}}
            - {<<: *one, metadata: {name: !!str 5}}
            """,
            service("!!int many"),
            service("!!float 0x1p9999"),
            service("!!bool perhaps"),
            service("[".repeat(20_000)),
            service("[".repeat(20_000) + "]".repeat(20_000)),
            service("{a: ".repeat(20_000)),
            laughs())
        .map(text -> text.getBytes(StandardCharsets.UTF_8));
  }

  private static String service(String clusterIp) {
    return "{apiVersion: v1, kind: Service, metadata: {name: a}, spec: {clusterIP: "
        + clusterIp
        + "}}";
  }

  /** Few lines that stand for 10^9 items. */
  private static String laughs() {
    StringBuilder text =
        new StringBuilder("apiVersion: v1\nkind: Service\nmetadata: {name: a}\nl0: &l0 x\n");
    for (int level = 1; level < 10; level++) {
      String item = "*l" + (level - 1);
      text.append("l%1$d: &l%1$d [%2$s]\n".formatted(level, (item + ",").repeat(9) + item));
    }
    return text.toString();
  }

  @MethodSource("files")
  @Timeout(120)
  @FuzzTest(maxDuration = "3s")
  void isReadOrRefused(byte[] bytes) {
    try {
      Manifests manifests =
          ManifestReader.parse(new String(bytes, StandardCharsets.UTF_8), "x.yaml");
      assertThat(manifests.services()).isNotNull();
    } catch (ManifestException declared) {
      assertThat(declared).hasMessageStartingWith("x.yaml");
    }
  }
}
