package io.pointsman.lab.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.pointsman.lab.Lab;
import io.pointsman.lab.packet.Destination;
import io.pointsman.lab.packet.Flow;
import io.pointsman.lab.packet.Traffic;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Clients of the Service {@code steady}, whose endpoint is pod a1: such as connect all the time,
 * and such as stay connected.
 */
public final class Load implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /** From where, and to what. */
  private static final List<Map.Entry<String, String>> WAYS =
      List.of(
          Map.entry("a2", "10.211.0.10:80/tcp"),
          Map.entry("a2", "[fd00:211::10]:80/tcp"),
          Map.entry("ext", "172.29.0.11:30080/tcp"),
          Map.entry("a2", "10.211.0.10:80/udp"));

  private final Map<String, Traffic> traffics = new LinkedHashMap<>();
  private final Map<String, Flow> flows = new LinkedHashMap<>();

  private Load() {}

  /** Starts it; the Service must be served already. */
  public static Load start(Lab lab) {
    Load load = new Load();
    for (Map.Entry<String, String> way : WAYS) {
      Destination to = Destination.of(way.getValue());
      String name = way.getKey() + " -> " + to;
      load.traffics.put(name, lab.prober().traffic(way.getKey(), to));
      load.flows.put(name, lab.prober().flow(way.getKey(), to, Optional.empty()));
    }
    load.assertConnected("at the start");
    return load;
  }

  /** Each client that stays connected still has an answer from where it had it. */
  public void assertConnected(String when) {
    flows.forEach((name, flow) ->
        assertThat(flow.ask(PATIENCE).toString()).as("%s, %s", name, when).startsWith("a1:8080 "));
  }

  /** All that, and each new connection was answered until now. */
  public void assertUndisturbed(String when) {
    assertConnected(when);
    traffics.forEach((name, traffic) ->
        assertThat(traffic.soFar().failures())
            .as("%s, %s: %s", name, when, traffic.soFar())
            .isZero());
  }

  /** Connections that failed until now, by who made them. */
  Map<String, Integer> failures() {
    Map<String, Integer> counts = new LinkedHashMap<>();
    traffics.forEach((name, traffic) -> counts.put(name, traffic.soFar().failures()));
    return counts;
  }

  /** Connections made until now, by who made them. */
  Map<String, Integer> totals() {
    Map<String, Integer> counts = new LinkedHashMap<>();
    traffics.forEach((name, traffic) -> counts.put(name, traffic.soFar().total()));
    return counts;
  }

  @Override
  public void close() {
    traffics.values().forEach(Traffic::close);
    flows.values().forEach(Flow::close);
  }
}
