package io.pointsman.agent.metrics;

import static io.pointsman.agent.metrics.Families.counter;
import static io.pointsman.agent.metrics.Families.histogram;

import io.pointsman.agent.metrics.RequestTally.Target;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Requests to the API server under the names that client-go gives them. */
final class RequestMetrics {
  private RequestMetrics() {}

  static List<MetricSnapshot> of(RequestTally requests) {
    Map<Labels, Double> counts = new LinkedHashMap<>();
    requests
        .counts()
        .forEach((outcome, count) ->
            counts.put(
                Labels.of(
                    "code",
                    outcome.code(),
                    "host",
                    outcome.target().host(),
                    "method",
                    outcome.target().method()),
                (double) count));
    return List.of(
        counter(
            "rest_client_requests_total",
            "Requests to the API server by method and status; <error> without an answer",
            counts),
        histogram(
            "rest_client_request_duration_seconds",
            "How long requests to the API server took, answers included; without watches",
            byTarget(requests.durations())),
        histogram(
            "rest_client_request_size_bytes",
            "Bodies of requests to the API server",
            byTarget(requests.sent())),
        histogram(
            "rest_client_response_size_bytes",
            "Bodies of the API server's answers; without watches",
            byTarget(requests.received())));
  }

  private static Map<Labels, Histogram> byTarget(Map<Target, Histogram> histograms) {
    Map<Labels, Histogram> values = new LinkedHashMap<>();
    histograms.forEach((target, histogram) ->
        values.put(Labels.of("host", target.host(), "verb", target.method()), histogram));
    return values;
  }
}
