package io.pointsman.lab.scenario;

import io.pointsman.lab.Lab;
import io.pointsman.lab.Topology.Client;
import io.pointsman.lab.packet.Outcome;
import io.pointsman.lab.packet.Probe;
import io.pointsman.net.IpAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;

/** Connects again and again from the same sources and says in words whether they stay. */
final class AffinityTrial {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Lab lab;
  private final Step.Affinity step;
  private final Set<String> lines = new TreeSet<>();
  private final Map<String, String> reached = new TreeMap<>();

  AffinityTrial(Lab lab, Step.Affinity step) {
    this.lab = lab;
    this.step = step;
  }

  /**
   * Makes the connections.
   *
   * @param before the endpoint that each source reached at the step to compare with
   */
  Set<String> run(Optional<Map<String, String>> before) {
    boolean sticky = true;
    for (Optional<IpAddress> source : sources()) {
      Set<String> endpoints = endpoints(source);
      sticky &= endpoints.size() <= 1;
      endpoints.forEach(
          endpoint -> reached.put(source.map(IpAddress::toString).orElse(""), endpoint));
    }
    if (!reached.isEmpty()) {
      lines.add(sticky ? "sticky" : "not sticky");
    }
    if (step.sources() > 1) {
      boolean one = new HashSet<>(reached.values()).size() <= 1;
      lines.add(one ? "sources use one endpoint" : "sources use several endpoints");
    }
    before.ifPresent(this::compare);
    return lines;
  }

  /** The endpoint that each source reached last, by source address. */
  Map<String, String> reached() {
    return Map.copyOf(reached);
  }

  private void compare(Map<String, String> before) {
    long same =
        reached.entrySet().stream()
            .filter(entry -> entry.getValue().equals(before.get(entry.getKey())))
            .count();
    String share = same == 0 ? "none" : same == reached.size() ? "all" : "some";
    lines.add(share + " as before");
  }

  private Set<String> endpoints(Optional<IpAddress> source) {
    Set<String> endpoints = new TreeSet<>();
    Probe probe = new Probe(step.from(), step.to(), source, 1);
    for (int i = 0; i < step.connections(); i++) {
      if (i > 0 && !step.gap().isZero()) {
        // The scenario's own pause: what it tests is how long a client is remembered.
        LockSupport.parkNanos(step.gap().toNanos());
      }
      switch (lab.prober().once(probe, PATIENCE)) {
        case Outcome.Answered(String who, int port, String from) -> {
          endpoints.add(who + ":" + port);
          if (step.showSource()) {
            lines.add("from " + from);
          }
        }
        case Outcome failure -> lines.add(failure.toString());
      }
    }
    return endpoints;
  }

  private List<Optional<IpAddress>> sources() {
    if (step.sources() == 1) {
      return List.of(Optional.empty());
    }
    List<Optional<IpAddress>> sources = new ArrayList<>();
    for (Client client : lab.topology().clients()) {
      if (client.name().equals(step.from())) {
        client.moreSources().stream()
            .filter(one -> one.family() == step.to().address().family())
            .limit(step.sources())
            .forEach(one -> sources.add(Optional.of(one.address())));
      }
    }
    if (sources.size() < step.sources()) {
      throw new ScenarioException(
          "'"
              + step.from()
              + "' has "
              + sources.size()
              + " further addresses, not "
              + step.sources());
    }
    return sources;
  }
}
