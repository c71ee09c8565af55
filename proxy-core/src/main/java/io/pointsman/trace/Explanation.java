package io.pointsman.trace;

import io.pointsman.model.ServicePortName;
import io.pointsman.model.TrafficPolicy;
import io.pointsman.net.Cidr;
import io.pointsman.plan.Candidate;
import io.pointsman.plan.Diagnostic;
import io.pointsman.plan.Frontend;
import io.pointsman.plan.Verdict;
import java.util.List;
import java.util.Optional;

/**
 * Why a packet fares as it does, in the cluster's terms.
 *
 * @param service the Service whose packet it is; empty when it is for none
 * @param trace what the plan promises
 */
public record Explanation(Optional<OfService> service, Trace trace) {
  /**
   * The part of the Service.
   *
   * @param name which port of which Service
   * @param frontend the way in
   * @param policy the traffic policy that the packet falls under
   * @param affinitySeconds how long a client stays with its endpoint; 0 without session affinity
   * @param sourceRanges who may use the frontend; empty for everybody
   * @param endpoints every endpoint that the slices name for the port, in the order of addresses
   * @param diagnostics what is wrong with the Service
   */
  public record OfService(
      ServicePortName name,
      Frontend frontend,
      TrafficPolicy policy,
      int affinitySeconds,
      List<Cidr> sourceRanges,
      List<Judged> endpoints,
      List<Diagnostic> diagnostics) {
    public OfService {
      sourceRanges = List.copyOf(sourceRanges);
      endpoints = List.copyOf(endpoints);
      diagnostics = List.copyOf(diagnostics);
    }
  }

  /** An endpoint and why it is used for the packet or left out. */
  public record Judged(Candidate candidate, Verdict verdict) {}
}
