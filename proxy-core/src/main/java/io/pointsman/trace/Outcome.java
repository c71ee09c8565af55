package io.pointsman.trace;

import java.util.List;

/**
 * One of the things that can become of a packet.
 *
 * @param share probability, above 0 and up to 1
 * @param disposition the packet's fate
 * @param path the rules that led there, in order; outcomes that differ in the drawn endpoint alone
 *     have equal paths
 */
public record Outcome(double share, Disposition disposition, List<Step> path) {
  public Outcome {
    path = List.copyOf(path);
  }

  /**
   * A rule that applied to the packet.
   *
   * @param chain the chain it stands in
   * @param rule the rule, or the matching element, as the backend's tool prints it
   */
  public record Step(String chain, String rule) {
    @Override
    public String toString() {
      return chain + ": " + rule;
    }
  }
}
