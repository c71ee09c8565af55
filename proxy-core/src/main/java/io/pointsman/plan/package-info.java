/**
 * Decides, for one node and one address family, where the packets of every Service go.
 *
 * <p>In: a {@link io.pointsman.snapshot.ClusterSnapshot} and a {@link
 * io.pointsman.plan.NodeContext}. Out: a {@link io.pointsman.plan.FamilyPlan}, which knows no
 * backend. Pure: the same input gives an equal plan, whatever plans came before; a plan made from
 * its predecessor reuses what did not change. An object that cannot be served becomes a {@link
 * io.pointsman.plan.Diagnostic} and never stands in the way of the others.
 */
@NullMarked
package io.pointsman.plan;

import org.jspecify.annotations.NullMarked;
