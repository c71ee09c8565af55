package io.pointsman.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pointsman.model.Endpoint;
import io.pointsman.model.EndpointSlice;
import io.pointsman.model.ObjectName;
import io.pointsman.model.Service;
import io.pointsman.model.ServiceType;
import io.pointsman.model.TrafficPolicy;
import io.pointsman.net.IpFamily;
import io.pointsman.net.Protocol;
import io.pointsman.snapshot.ClusterEvent;
import io.pointsman.snapshot.ClusterEvent.ServiceSet;
import io.pointsman.snapshot.ClusterEvent.SliceSet;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.core.exc.StreamReadException;

class ListPageTest {
  private final List<List<ApiObject<ClusterEvent>>> batches = new ArrayList<>();

  private ListPage read(WatchedKind kind, String text) {
    return ListPage.read(Portions.of(text), kind, batches::add);
  }

  /** As an API server of version 1.36 sends it, with the fields that no proxy reads. */
  @Test
  void aServiceWithAllItsFields() {
    ListPage page =
        read(
            Kinds.SERVICES,
            """
            {"kind": "ServiceList", "apiVersion": "v1",
             "metadata": {"resourceVersion": "4711", "continue": "more", "remainingItemCount": 7},
             "items": [{
              "metadata": {
               "name": "web", "namespace": "shop", "uid": "2f5bd1f4-55b0-4a8e-a0c2-3f2f3a1c7a11",
               "resourceVersion": "4242", "generation": 3,
               "creationTimestamp": "2026-01-02T03:04:05Z",
               "labels": {"app": "web"},
               "annotations": {"kubectl.kubernetes.io/last-applied-configuration": "{\\"a\\":1}\\n"},
               "finalizers": ["service.kubernetes.io/load-balancer-cleanup"],
               "managedFields": [{"manager": "kubectl", "operation": "Update", "apiVersion": "v1",
                "time": "2026-01-02T03:04:05Z", "fieldsType": "FieldsV1", "fieldsV1": {"f:spec": {
                 "f:ports": {".": {}, "k:{\\"port\\":53,\\"protocol\\":\\"UDP\\"}": {"f:port": {}}}}}}]},
              "spec": {
               "ports": [
                {"name": "dns", "protocol": "UDP", "appProtocol": "dns", "port": 53,
                 "targetPort": "dns", "nodePort": 30053},
                {"name": "http", "protocol": "TCP", "port": 80, "targetPort": 8080}],
               "selector": {"app": "web"},
               "clusterIP": "10.0.0.1", "clusterIPs": ["10.0.0.1", "fd00::1"],
               "type": "LoadBalancer", "externalIPs": ["192.0.2.1"],
               "sessionAffinity": "ClientIP", "loadBalancerIP": "192.0.2.9",
               "loadBalancerSourceRanges": ["10.0.0.0/8"], "externalTrafficPolicy": "Local",
               "healthCheckNodePort": 32000, "publishNotReadyAddresses": true,
               "sessionAffinityConfig": {"clientIP": {"timeoutSeconds": 60}},
               "ipFamilies": ["IPv4", "IPv6"], "ipFamilyPolicy": "RequireDualStack",
               "allocateLoadBalancerNodePorts": true, "loadBalancerClass": "example.com/x",
               "internalTrafficPolicy": "Local", "trafficDistribution": "PreferSameZone"},
              "status": {
               "loadBalancer": {"ingress": [
                {"ip": "192.0.2.2", "ipMode": "VIP", "ports": [{"port": 53, "protocol": "UDP"}]},
                {"ip": "192.0.2.4", "ipMode": "Proxy"},
                {"hostname": "lb.example.com"}]},
               "conditions": [{"type": "Ready", "status": "True", "reason": "x", "message": "",
                "lastTransitionTime": "2026-01-02T03:04:05Z"}]}}]}
            """);
    assertThat(page).isEqualTo(new ListPage("4711", "more"));
    Service web =
        new Service(
            new ObjectName("shop", "web"),
            Instant.parse("2026-01-02T03:04:05Z"),
            ServiceType.LOAD_BALANCER,
            List.of("10.0.0.1", "fd00::1"),
            List.of(IpFamily.IPV4, IpFamily.IPV6),
            List.of(
                new Service.Port("dns", Protocol.UDP, 53, 30053),
                new Service.Port("http", Protocol.TCP, 80, 0)),
            List.of("192.0.2.1"),
            List.of("192.0.2.2"),
            List.of("10.0.0.0/8"),
            TrafficPolicy.LOCAL,
            TrafficPolicy.LOCAL,
            60,
            32000);
    assertThat(batches)
        .containsExactly(
            List.of(
                new ApiObject<>(
                    new ObjectName("shop", "web"),
                    "4242",
                    Optional.of(new ServiceSet(web)),
                    Optional.empty())));
  }

  @Test
  void aSliceWithAllItsFields() {
    read(
        Kinds.SLICES,
        """
        {"kind": "EndpointSliceList", "apiVersion": "discovery.k8s.io/v1",
         "metadata": {"resourceVersion": "4711"},
         "items": [{
          "metadata": {
           "name": "web-1", "generateName": "web-", "namespace": "shop", "resourceVersion": "4243",
           "creationTimestamp": "2026-01-02T03:04:05Z",
           "labels": {"endpointslice.kubernetes.io/managed-by": "endpointslice-controller.k8s.io",
            "kubernetes.io/service-name": "web"},
           "annotations": {
            "endpoints.kubernetes.io/last-change-trigger-time": "2026-01-02T03:04:05.678901234Z"},
           "ownerReferences": [{"apiVersion": "v1", "kind": "Service", "name": "web",
            "uid": "2f5bd1f4-55b0-4a8e-a0c2-3f2f3a1c7a11", "controller": true,
            "blockOwnerDeletion": true}]},
          "addressType": "IPv6",
          "endpoints": [
           {"addresses": ["fd00::10", "fd00::11"],
            "conditions": {"ready": false, "serving": true, "terminating": true},
            "hostname": "web-0", "targetRef": {"kind": "Pod", "namespace": "shop", "name": "web-0",
            "uid": "1f5bd1f4-55b0-4a8e-a0c2-3f2f3a1c7a11"},
            "deprecatedTopology": {"a": "b"}, "nodeName": "n1", "zone": "z1",
            "hints": {"forZones": [{"name": "z1"}, {"name": "z2"}], "forNodes": [{"name": "n1"}]}},
           {"addresses": ["fd00::12"], "conditions": {"ready": null}, "nodeName": null}],
          "ports": [
           {"name": "http", "protocol": "TCP", "port": 8080, "appProtocol": "http"},
           {"name": "all", "protocol": "TCP", "port": null}]}]}
        """);
    EndpointSlice slice =
        new EndpointSlice(
            new ObjectName("shop", "web-1"),
            new ObjectName("shop", "web"),
            IpFamily.IPV6,
            List.of(new EndpointSlice.Port("http", Protocol.TCP, 8080)),
            List.of(
                new Endpoint(
                    "fd00::10", false, true, true, "n1", List.of("z1", "z2"), List.of("n1")),
                Endpoint.ready("fd00::12", "")),
            Optional.of(Instant.parse("2026-01-02T03:04:05.678901234Z")));
    assertThat(batches)
        .containsExactly(
            List.of(
                new ApiObject<>(
                    new ObjectName("shop", "web-1"),
                    "4243",
                    Optional.of(new SliceSet(slice)),
                    Optional.empty())));
  }

  /** The fault may stand anywhere in its object, be of any shape, and be followed by others. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          "spec":{"clusterIP":5}                    | spec.clusterIP is 5: a text is expected: put it in quotes
          "spec":{"clusterIP":{"a":[1,{}]}}         | spec.clusterIP is a mapping: a text is expected
          "spec":{"clusterIPs":["10.0.0.1",[]]}     | spec.clusterIPs[1] is a list: a text is expected
          "spec":{"ports":[{},{"port":"a"},{"port":"b"}]} | spec.ports[1].port is 'a': a whole number is expected
          "spec":{"ports":{"port":80}},"status":[]  | spec.ports is a mapping: a list is expected
          "spec":{"ports":[{"port":8e4}]}           | spec.ports[0].port is 8e4: a whole number is expected
          "status":7,"spec":{"clusterIP":"10.0.0.1"} | status is 7: a mapping is expected
          """)
  void oneObjectThatCannotBeReadLeavesTheOthers(String fields, String problem) {
    String named =
        "{\"metadata\":{\"namespace\":\"shop\",\"name\":\"%s\",\"resourceVersion\":\"7\"},%s}";
    String good = "\"spec\":{\"clusterIP\":\"10.0.0.1\"}";
    ListPage page =
        read(
            Kinds.SERVICES,
            "{\"items\":[%s,%s,%s],\"metadata\":{\"resourceVersion\":\"5\"}}"
                .formatted(
                    named.formatted("a", good),
                    named.formatted("b", fields),
                    named.formatted("c", good)));
    assertThat(page).isEqualTo(new ListPage("5", ""));
    List<ApiObject<ClusterEvent>> objects = batches.getFirst();
    assertThat(objects).extracting(object -> object.name().name()).containsExactly("a", "b", "c");
    assertThat(objects)
        .extracting(object -> object.value().isPresent())
        .containsExactly(true, false, true);
    assertThat(objects.get(0).fault()).isEmpty();
    assertThat(objects.get(1).fault().orElseThrow()).hasToString(problem);
    assertThat(objects.get(2).fault()).isEmpty();
  }

  @Test
  void aLongPageIsHandedOnWhileItIsRead() {
    String items =
        IntStream.range(0, 1_200)
            .mapToObj(i ->
                "{\"metadata\":{\"namespace\":\"shop\",\"name\":\"s%d\"},".formatted(i)
                    + "\"spec\":{\"clusterIP\":\"10.0.0.1\"}}")
            .collect(Collectors.joining(","));
    ListPage page =
        read(
            Kinds.SERVICES, "{\"items\":[" + items + "],\"metadata\":{\"resourceVersion\":\"5\"}}");
    assertThat(page).isEqualTo(new ListPage("5", ""));
    assertThat(batches).extracting(List::size).containsExactly(500, 500, 200);
    assertThat(batches.getLast().getLast().name()).isEqualTo(new ObjectName("shop", "s1199"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {}                                                            | metadata.resourceVersion: is
          {"metadata":null,"items":null}                                | metadata.resourceVersion: is
          {"metadata":{"resourceVersion":"1"},"items":{}}               | items: a list is expected
          {"metadata":{"resourceVersion":"1"},"items":[{},{"spec":1}]}  | items[1].spec: a mapping is
          {"metadata":{"resourceVersion":"1"},"items":[{"metadata":{"name":7}}]} | items[0].metadata.name: a text
          {"metadata":{"resourceVersion":"1"},"items":[{"metadata":[]}]} | items[0].metadata: a mapping is
          {"metadata":{"resourceVersion":5},"items":[]}                 | metadata.resourceVersion: a text is
          "text"                                                        | : a mapping is expected
          """)
  void whatIsNoListIsRefused(String text, String problem) {
    Portions bytes = Portions.of(text);
    assertThatThrownBy(() -> ListPage.read(bytes, Kinds.SERVICES, batches::add))
        .isInstanceOf(UnreadableException.class)
        .hasMessageStartingWith(problem);
    assertThat(bytes.closed()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"<html>", "'{\"metadata\":{\"resourceVersion\":\"1\"},\"items\":['"})
  void whatIsNoJsonIsRefused(String text) throws IOException {
    try (Portions bytes = Portions.of(text)) {
      assertThatThrownBy(() -> ListPage.read(bytes, Kinds.SERVICES, batches::add))
          .isInstanceOf(StreamReadException.class);
    }
  }
}
