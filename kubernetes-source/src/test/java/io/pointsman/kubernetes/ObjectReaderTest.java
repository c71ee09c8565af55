package io.pointsman.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.pointsman.model.Endpoint;
import io.pointsman.model.EndpointSlice;
import io.pointsman.model.Node;
import io.pointsman.model.ObjectName;
import io.pointsman.model.Service;
import io.pointsman.model.ServiceType;
import io.pointsman.model.TrafficPolicy;
import io.pointsman.net.IpFamily;
import io.pointsman.net.Protocol;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Objects are written as manifests, which go through the same readers as those of an API server.
 */
class ObjectReaderTest {
  private static Manifests read(String text) {
    return ManifestReader.parse(text, "test.yaml");
  }

  private static Manifests service(String spec) {
    return read(
        "{apiVersion: v1, kind: Service, metadata: {name: web, namespace: shop}, spec: "
            + spec
            + "}");
  }

  private static Manifests slice(String labels, String rest) {
    return read(
        "{apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: {name: web-1, namespace:"
            + " shop, labels: {"
            + labels
            + "}}, "
            + rest
            + "}");
  }

  @Test
  void aBareServiceGetsTheDefaultsOfTheApi() {
    assertThat(service("{clusterIP: 10.0.0.1, ports: [{port: 80}]}").services())
        .containsExactly(
            new Service(
                new ObjectName("shop", "web"),
                Instant.EPOCH,
                ServiceType.CLUSTER_IP,
                List.of("10.0.0.1"),
                List.of(),
                List.of(new Service.Port("", Protocol.TCP, 80, 0)),
                List.of(),
                List.of(),
                List.of(),
                TrafficPolicy.CLUSTER,
                TrafficPolicy.CLUSTER,
                0,
                0));
  }

  @Test
  void allFieldsOfAServiceAreRead() {
    Manifests read =
        read(
            """
            apiVersion: v1
            kind: Service
            metadata: {name: web, namespace: shop, creationTimestamp: "2026-01-02T03:04:05Z"}
            spec:
              type: LoadBalancer
              clusterIP: 10.0.0.1
              clusterIPs: [10.0.0.1, "fd00::1"]
              ipFamilies: [IPv4, IPv6]
              ports:
              - {name: dns, protocol: UDP, port: 53, nodePort: 30053, targetPort: dns}
              externalIPs: [192.0.2.1]
              loadBalancerSourceRanges: [" 10.0.0.0/8"]
              internalTrafficPolicy: Local
              externalTrafficPolicy: Local
              sessionAffinity: ClientIP
              sessionAffinityConfig: {clientIP: {timeoutSeconds: 60}}
              healthCheckNodePort: 32000
            status:
              loadBalancer:
                ingress:
                - {ip: 192.0.2.2}
                - {ip: 192.0.2.3, ipMode: VIP}
                - {ip: 192.0.2.4, ipMode: Proxy}
                - {hostname: lb.example.com}
            """);
    assertThat(read.services())
        .containsExactly(
            new Service(
                new ObjectName("shop", "web"),
                Instant.parse("2026-01-02T03:04:05Z"),
                ServiceType.LOAD_BALANCER,
                List.of("10.0.0.1", "fd00::1"),
                List.of(IpFamily.IPV4, IpFamily.IPV6),
                List.of(new Service.Port("dns", Protocol.UDP, 53, 30053)),
                List.of("192.0.2.1"),
                List.of("192.0.2.2", "192.0.2.3"),
                List.of(" 10.0.0.0/8"),
                TrafficPolicy.LOCAL,
                TrafficPolicy.LOCAL,
                60,
                32000));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{ports: [{port: 80}]}",
        "{clusterIP: '', ports: [{port: 80}]}",
        "{clusterIP: None, ports: [{port: 80}]}",
        "{clusterIP: None, clusterIPs: [None], ports: [{port: 80}]}",
        "{type: ExternalName, externalName: example.com}"
      })
  void aServiceWithoutClusterIpIsNotSeen(String spec) {
    Manifests read = service(spec);
    assertThat(read.services()).isEmpty();
    assertThat(read.ignored()).containsEntry("v1 Service", 1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"other", "''"})
  void aServiceForAnotherProxyIsNotSeen(String value) {
    assertThat(
            read("{apiVersion: v1, kind: Service, metadata: {name: web, labels:"
                    + " {service.kubernetes.io/service-proxy-name: "
                    + value
                    + "}}, spec: {clusterIP: 10.0.0.1, ports: [{port: 80}]}}")
                .services())
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          sessionAffinity: None                                          | 0
          sessionAffinity: ClientIP                                      | 10800
          sessionAffinity: ClientIP, sessionAffinityConfig: {}           | 10800
          sessionAffinity: ClientIP, sessionAffinityConfig: {clientIP: {}} | 10800
          sessionAffinity: ClientIP, sessionAffinityConfig: {clientIP: {timeoutSeconds: 5}} | 5
          sessionAffinity: ClientIP, sessionAffinityConfig: {clientIP: {timeoutSeconds: 0}} | -1
          """)
  void affinityHasATimeout(String fields, int seconds) {
    assertThat(service("{clusterIP: 10.0.0.1, " + fields + "}").services())
        .singleElement()
        .extracting(Service::clientIpAffinitySeconds)
        .isEqualTo(seconds);
  }

  @Test
  void aSliceIsReadWithTheDefaultsOfTheApi() {
    Manifests read =
        slice(
            "kubernetes.io/service-name: web",
            """
            addressType: IPv4,
            ports: [{port: 8080}, {name: dns, protocol: UDP, port: 53}, {name: every}],
            endpoints: [
              {addresses: [10.1.0.1, 10.1.0.2], nodeName: n1},
              {addresses: [10.1.0.3],
               conditions: {ready: false, serving: true, terminating: true},
               hints: {forZones: [{name: z1}], forNodes: [{name: n2}]}}]
            """);
    assertThat(read.slices())
        .containsExactly(
            new EndpointSlice(
                new ObjectName("shop", "web-1"),
                new ObjectName("shop", "web"),
                IpFamily.IPV4,
                List.of(
                    new EndpointSlice.Port("", Protocol.TCP, 8080),
                    new EndpointSlice.Port("dns", Protocol.UDP, 53)),
                List.of(
                    Endpoint.ready("10.1.0.1", "n1"),
                    new Endpoint("10.1.0.3", false, true, true, "", List.of("z1"), List.of("n2"))),
                Optional.empty()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          kubernetes.io/service-name: web                                     | FQDN
          other: label                                                        | IPv4
          kubernetes.io/service-name: ''                                      | IPv4
          kubernetes.io/service-name: web, service.kubernetes.io/headless: '' | IPv6
          """)
  void someSlicesAreNotSeen(String labels, String addressType) {
    assertThat(slice(labels, "addressType: " + addressType).slices()).isEmpty();
  }

  @Test
  void aSliceTellsWhenItsCauseHappened() {
    assertThat(
            read("""
            apiVersion: discovery.k8s.io/v1
            kind: EndpointSlice
            metadata:
              name: web-1
              labels: {kubernetes.io/service-name: web}
              annotations:
                endpoints.kubernetes.io/last-change-trigger-time: "2026-01-02T03:04:05.678Z"
            addressType: IPv6
            """)
                .slices())
        .singleElement()
        .satisfies(slice -> {
          assertThat(slice.lastChangeTrigger()).contains(Instant.parse("2026-01-02T03:04:05.678Z"));
          assertThat(slice.name()).isEqualTo(new ObjectName("default", "web-1"));
        });
  }

  @Test
  void aNodeListsInternalAddressesFirst() {
    Manifests read =
        read(
            """
            apiVersion: v1
            kind: Node
            metadata: {name: n1, labels: {topology.kubernetes.io/zone: z1}}
            spec:
              podCIDRs: [10.1.0.0/24]
              taints: [{key: ToBeDeletedByClusterAutoscaler, effect: NoSchedule}]
            status:
              addresses:
              - {type: ExternalIP, address: 192.0.2.1}
              - {type: Hostname, address: n1}
              - {type: InternalIP, address: 10.0.0.1}
            """);
    assertThat(read.nodes())
        .containsExactly(
            new Node("n1", "z1", List.of("10.0.0.1", "192.0.2.1"), List.of("10.1.0.0/24"), true));
  }

  @Test
  void aNodeMayBeAlmostEmpty() {
    assertThat(read("{apiVersion: v1, kind: Node, metadata: {name: n1}}").nodes())
        .containsExactly(new Node("n1", "", List.of(), List.of(), false));
  }

  @Test
  void serviceCidrsAreRead() {
    assertThat(
            read("{apiVersion: networking.k8s.io/v1, kind: ServiceCIDR, metadata: {name: k},"
                    + " spec: {cidrs: [10.96.0.0/12]}}")
                .serviceCidrs())
        .singleElement()
        .satisfies(cidr -> assertThat(cidr.cidrs()).containsExactly("10.96.0.0/12"));
  }
}
