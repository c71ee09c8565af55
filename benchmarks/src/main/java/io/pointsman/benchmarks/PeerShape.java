package io.pointsman.benchmarks;

import java.util.List;

/**
 * The rules that kube-proxy 1.36 keeps for a workload, as the text that it hands to its tool. Made
 * from a description of its behaviour; what it does beside loading the text (reading back the
 * kernel, ensuring jumps one by one) is not there, to its favour.
 */
interface PeerShape {
  /** What is there before the Services: the fixed chains and the jumps into them. */
  String foundation();

  /** A full sync, to be loaded on the foundation. */
  String full();

  /**
   * The partial sync after {@link Workload#changed} with the same arguments.
   *
   * @param before the round that the kernel holds of this Service
   */
  String changed(int i, int before, int round);

  /**
   * The Services of the full sync a few at a time, but for the list of all. For tools that take too
   * long over the whole: with these and {@link #changed} the kernel holds the same in the end.
   */
  List<String> pieces();
}
