package io.pointsman.agent.metrics;

import io.pointsman.kubernetes.ApiExchange;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * Requests to the API server, as client-go counts them.
 *
 * @param counts all of them
 * @param durations of those whose answers end, as watches' do not
 * @param sent bytes of their bodies
 * @param received bytes of the answers' bodies
 */
record RequestTally(
    Map<Outcome, Long> counts,
    Map<Target, Histogram> durations,
    Map<Target, Histogram> sent,
    Map<Target, Histogram> received) {
  /** Where requests go; ordered so that the text of the metrics does not change without need. */
  record Target(String method, String host) implements Comparable<Target> {
    @Override
    public int compareTo(Target other) {
      int hosts = host.compareTo(other.host);
      return hosts == 0 ? method.compareTo(other.method) : hosts;
    }
  }

  /**
   * @param code the status, or {@code <error>} without an answer, whose reasons are too many
   */
  record Outcome(Target target, String code) implements Comparable<Outcome> {
    @Override
    public int compareTo(Outcome other) {
      int targets = target.compareTo(other.target);
      return targets == 0 ? code.compareTo(other.code) : targets;
    }
  }

  static final RequestTally NONE = new RequestTally(Map.of(), Map.of(), Map.of(), Map.of());

  /** The buckets of client-go's metrics (k8s.io/component-base/metrics/prometheus/restclient). */
  private static final List<Double> SECONDS =
      List.of(0.005, 0.025, 0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 60.0);

  private static final List<Double> BYTES =
      List.of(
          64.0,
          256.0,
          512.0,
          1024.0,
          4096.0,
          16384.0,
          65536.0,
          262144.0,
          1048576.0,
          4194304.0,
          16777216.0);

  RequestTally after(ApiExchange exchange) {
    Target target = new Target(exchange.method(), exchange.host());
    Outcome outcome =
        new Outcome(
            target,
            exchange.code().isPresent() ? Integer.toString(exchange.code().getAsInt()) : "<error>");
    Map<Outcome, Long> counted = new TreeMap<>(counts);
    counted.merge(outcome, 1L, Long::sum);
    return exchange
        .volume()
        .map(volume ->
            new RequestTally(
                counted,
                with(durations, target, SECONDS, of -> of.observe(volume.duration())),
                with(sent, target, BYTES, of -> of.observe((double) volume.sent())),
                with(received, target, BYTES, of -> of.observe((double) volume.received()))))
        .orElseGet(() -> new RequestTally(counted, durations, sent, received));
  }

  private static Map<Target, Histogram> with(
      Map<Target, Histogram> all,
      Target target,
      List<Double> bounds,
      UnaryOperator<Histogram> observed) {
    Map<Target, Histogram> changed = new TreeMap<>(all);
    changed.put(target, observed.apply(all.getOrDefault(target, Histogram.empty(bounds))));
    return changed;
  }
}
