package io.pointsman.agent.metrics;

import java.time.Duration;

/**
 * What was done about tracked flows of one family.
 *
 * @param duration how long it took, each time there was something to look for
 * @param deleted stale flows
 */
record FlowTally(Histogram duration, long deleted) {
  static final FlowTally NONE = new FlowTally(Histogram.empty(Histogram.SYNC_BOUNDS), 0);

  FlowTally after(Duration took, int gone) {
    return new FlowTally(duration.observe(took), deleted + gone);
  }
}
