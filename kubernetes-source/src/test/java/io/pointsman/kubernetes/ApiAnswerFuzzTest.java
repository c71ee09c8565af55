package io.pointsman.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.pointsman.snapshot.ClusterEvent;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.core.JacksonException;

/**
 * What an API server answers is read as a list and as a watch, or one of two exceptions says no.
 */
class ApiAnswerFuzzTest {
  private static final List<WatchedKind> KINDS =
      List.of(
          kind(in -> ServiceReader.read(in, "").map(ClusterEvent.ServiceSet::new)),
          kind(in -> SliceReader.read(in, "").map(ClusterEvent.SliceSet::new)),
          kind(in -> NodeReader.read(in).map(ClusterEvent.NodeSet::new)),
          kind(in -> ServiceCidrReader.read(in).map(ClusterEvent.ServiceCidrSet::new)));

  private static WatchedKind kind(Function<JsonInput, ApiObject<ClusterEvent>> reader) {
    return new WatchedKind(
        "things",
        "/things",
        Map.of(),
        Optional.empty(),
        reader,
        ClusterEvent.ServiceGone::new,
        true,
        Optional.empty());
  }

  static Stream<byte[]> answers() {
    return Stream.of(
            """
            {"kind":"ServiceList","metadata":{"resourceVersion":"7","continue":"x"},"items":[
            {"metadata":{"name":"web","namespace":"shop","resourceVersion":"5","labels":{"service.kubernetes.io/headless":""}},
            "spec":{"type":"NodePort","clusterIP":"10.96.0.10","clusterIPs":["10.96.0.10"],"ipFamilies":["IPv4","IPv6"],
            "ports":[{"name":"http","port":80,"protocol":"UDP","nodePort":30080}],"externalIPs":["192.0.2.1"],
            "loadBalancerSourceRanges":["10.0.0.0/8"],"externalTrafficPolicy":"Local","sessionAffinity":"ClientIP",
            "sessionAffinityConfig":{"clientIP":{"timeoutSeconds":9}},"healthCheckNodePort":31000},
            "status":{"loadBalancer":{"ingress":[{"ip":"198.51.100.1","ipMode":"Proxy"}]}}}]}
            """,
            """
            {"type":"ADDED","object":{"metadata":{"name":"web-1","namespace":"shop","resourceVersion":"8",
            "labels":{"kubernetes.io/service-name":"web"},"annotations":{"endpoints.kubernetes.io/last-change-trigger-time":"2026-01-01T00:00:00Z"}},
            "addressType":"IPv4","ports":[{"port":8080}],"endpoints":[{"addresses":["10.244.1.5"],"nodeName":"a",
            "conditions":{"ready":true,"serving":null},"hints":{"forZones":[{"name":"z"}],"forNodes":[{"name":"a"}]}}]}}
            {"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"9"}}}
            {"type":"DELETED","object":{"metadata":{"name":"web-1","namespace":"shop"}}}
            {"type":"ERROR","object":{"kind":"Status","code":410}}
            """,
            """
            {"metadata":{"resourceVersion":"7"},"items":[{"metadata":{"name":"node-a","deletionTimestamp":"x",
            "labels":{"topology.kubernetes.io/zone":"z"}},"spec":{"podCIDR":"10.244.0.0/24","podCIDRs":["10.244.0.0/24"],
            "cidrs":["10.96.0.0/12"],"taints":[{"key":"ToBeDeletedByClusterAutoscaler"}]},
            "status":{"addresses":[{"type":"InternalIP","address":"192.0.2.1"}]}}]}
            """)
        .map(text -> text.getBytes(StandardCharsets.UTF_8));
  }

  @MethodSource("answers")
  @Timeout(120)
  @FuzzTest(maxDuration = "3s")
  void isReadOrRefused(byte[] bytes) {
    for (WatchedKind kind : KINDS) {
      refusedOrDone(() ->
          assertThat(ListPage.read(new ByteArrayInputStream(bytes), kind, this::all).version())
              .isNotEmpty());
      refusedOrDone(() -> new WatchStream(new ByteArrayInputStream(bytes), kind, this::all).read());
    }
  }

  private void all(List<?> batch) {
    assertThat(batch).doesNotContainNull();
  }

  private static void refusedOrDone(Runnable reading) {
    try {
      reading.run();
    } catch (UnreadableException | JacksonException declared) {
      assertThat(declared).hasMessageMatching("(?s).+");
    }
  }
}
