package io.pointsman.lab.control;

/**
 * What the answers to a readiness probe have made of a pod.
 *
 * @param ready whether it counts as ready
 * @param inRow how many answers in a row, up to the last, spoke against that
 */
record PodHealth(ReadinessProbe probe, boolean ready, int inRow) {
  /** A pod that has just been started: ready only if nothing is to be asked. */
  static PodHealth begin(ReadinessProbe probe) {
    return new PodHealth(probe, probe.question().isEmpty(), 0);
  }

  /** After another answer. */
  PodHealth after(boolean good) {
    if (good == ready) {
      return new PodHealth(probe, ready, 0);
    }
    int against = inRow + 1;
    return against >= (good ? probe.successes() : probe.failures())
        ? new PodHealth(probe, good, 0)
        : new PodHealth(probe, ready, against);
  }
}
