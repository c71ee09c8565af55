package io.pointsman.agent.metrics;

import io.pointsman.collect.PersistentMap;
import io.pointsman.model.EndpointSlice;
import io.pointsman.model.ObjectName;
import io.pointsman.net.IpFamily;
import io.pointsman.snapshot.ServiceState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How long changes of endpoints took from their cause to the kernel, by the annotation {@code
 * endpoints.kubernetes.io/last-change-trigger-time} of their slices (SIG scalability's network
 * programming latency SLI).
 */
final class ProgrammingLatency {
  private ProgrammingLatency() {}

  /**
   * One duration for each slice of the family that came or carries another trigger time than
   * before.
   *
   * @param before what the kernel held before
   * @param after what it holds now
   * @param start causes before this moment do not count: another proxy was at work
   */
  static List<Duration> between(
      IpFamily family,
      PersistentMap<ObjectName, ServiceState> before,
      PersistentMap<ObjectName, ServiceState> after,
      Instant start,
      Instant now) {
    List<Duration> latencies = new ArrayList<>();
    before.difference(
        after,
        new PersistentMap.Changes<>() {
          @Override
          public void added(ObjectName name, ServiceState state) {
            add(List.of(), state.slices());
          }

          @Override
          public void removed(ObjectName name, ServiceState state) {
            // Nothing tells when the cause of a removal was.
          }

          @Override
          public void changed(ObjectName name, ServiceState old, ServiceState state) {
            add(old.slices(), state.slices());
          }

          private void add(List<EndpointSlice> old, List<EndpointSlice> slices) {
            for (EndpointSlice slice : slices) {
              if (slice.family() == family) {
                slice
                    .lastChangeTrigger()
                    .filter(cause -> cause.isAfter(start) && !cause.isAfter(now))
                    .filter(cause -> !trigger(old, slice.name()).equals(Optional.of(cause)))
                    .ifPresent(cause -> latencies.add(Duration.between(cause, now)));
              }
            }
          }
        });
    return latencies;
  }

  private static Optional<Instant> trigger(List<EndpointSlice> slices, ObjectName name) {
    return slices.stream()
        .filter(slice -> slice.name().equals(name))
        .findFirst()
        .flatMap(EndpointSlice::lastChangeTrigger);
  }
}
