/**
 * The words in which a packet's fate is told.
 *
 * <p>In: the first {@link io.pointsman.trace.Packet} of a connection and the {@link
 * io.pointsman.trace.Host} it meets. Out: a {@link io.pointsman.trace.Trace}: every possible {@link
 * io.pointsman.trace.Outcome} with its probability and the rules on the way. There is one {@link
 * io.pointsman.trace.Tracer} for plans, here, and one for the rules of each backend; that they
 * agree is a law, but for the differences in {@link io.pointsman.trace.ModeTraits}.
 */
@NullMarked
package io.pointsman.trace;

import org.jspecify.annotations.NullMarked;
