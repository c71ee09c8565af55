/**
 * The loop that turns events into commits: one thread that owns the snapshot, and for each family a
 * pipeline of planner and dataplane. The only mutable state outside sources and kernels.
 */
@NullMarked
package io.pointsman.reconcile;

import org.jspecify.annotations.NullMarked;
