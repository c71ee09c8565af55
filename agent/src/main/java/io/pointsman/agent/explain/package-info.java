/**
 * Explains the fate of a packet to a person.
 *
 * <p>In: a {@link io.pointsman.agent.explain.Question}, the plan of a family, and the rules, as
 * planned or as the kernel holds them. Out: an {@link io.pointsman.agent.explain.Answer} that reads
 * as JSON and, by {@link io.pointsman.agent.explain.AnswerPrinter}, as text. Changes nothing.
 */
@NullMarked
package io.pointsman.agent.explain;

import org.jspecify.annotations.NullMarked;
