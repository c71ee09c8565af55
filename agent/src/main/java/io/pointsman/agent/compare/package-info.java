/**
 * Compares the kernel with what it should hold.
 *
 * <p>In: plans, and a dataplane of their own to read the kernel with. Out: a {@link
 * io.pointsman.agent.compare.Comparison}. Writes nothing that stays, and takes nothing from the
 * thread that syncs.
 */
@NullMarked
package io.pointsman.agent.compare;

import org.jspecify.annotations.NullMarked;
