/**
 * Folds events into an immutable picture of the cluster.
 *
 * <p>In: {@link io.pointsman.snapshot.ClusterEvent}s from an API server or from files. Out: {@link
 * io.pointsman.snapshot.ClusterSnapshot}s, whose order-independence is a law: the same objects give
 * equal snapshots whatever events led there. Nothing is judged here.
 */
@NullMarked
package io.pointsman.snapshot;

import org.jspecify.annotations.NullMarked;
