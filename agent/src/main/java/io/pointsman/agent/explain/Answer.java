package io.pointsman.agent.explain;

import java.util.List;
import java.util.Optional;

/**
 * What becomes of a packet and why, in texts and numbers.
 *
 * @param packet the packet in words
 * @param mode name of the backend whose rules were looked at
 * @param rules {@code planned} or {@code kernel}: where the rules come from
 * @param service the Service whose packet it is; empty when it is for none, or when only rules were
 *     looked at
 * @param reasons the plan's reasons, in order; empty when only rules were looked at
 * @param outcomes what the rules do with the packet
 * @param warnings what a person should look at
 */
public record Answer(
    String packet,
    String mode,
    String rules,
    Optional<OfService> service,
    List<String> reasons,
    List<Outcome> outcomes,
    List<String> warnings) {
  public Answer {
    reasons = List.copyOf(reasons);
    outcomes = List.copyOf(outcomes);
    warnings = List.copyOf(warnings);
  }

  /**
   * The Service's part.
   *
   * @param name namespace, name and port
   * @param frontend kind and address of the way in
   * @param policy {@code Cluster} or {@code Local}: the traffic policy that holds for this packet
   * @param affinitySeconds how long a client stays with its endpoint; 0 without session affinity
   * @param sourceRanges who may use the frontend; empty for everybody
   * @param endpoints all endpoints that the slices name for the port
   */
  public record OfService(
      String name,
      String frontend,
      String policy,
      int affinitySeconds,
      List<String> sourceRanges,
      List<Endpoint> endpoints) {
    public OfService {
      sourceRanges = List.copyOf(sourceRanges);
      endpoints = List.copyOf(endpoints);
    }
  }

  /**
   * An endpoint.
   *
   * @param address address and port
   * @param node where it runs; empty when unknown
   * @param used whether it may get the packet
   * @param reason why
   */
  public record Endpoint(String address, String node, boolean used, String reason) {}

  /**
   * One of the things that can happen.
   *
   * @param share probability, above 0 and up to 1
   * @param fate in words, such as {@code DNAT to 10.244.0.5:53, source kept}
   * @param path the rules that led there, each with the chain it stands in
   */
  public record Outcome(double share, String fate, List<String> path) {
    public Outcome {
      path = List.copyOf(path);
    }
  }
}
