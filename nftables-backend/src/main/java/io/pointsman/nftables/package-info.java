/**
 * The nftables backend: one table a family, its state in maps, its shapes in chains.
 *
 * <p>A packet's destination is looked up in {@code frontends} (or {@code nodeports}), which gives
 * the number of a <em>shape</em>: how many endpoints there are and who is masqueraded. One chain a
 * shape, shared by all Services of that shape, then draws a slot and finds the endpoint in {@code
 * backends}. A change to a Service is a change of map elements; rules and chains change only when a
 * shape appears or goes, so the kernel has no per-Service rules to validate.
 *
 * <p>The shape's number travels from the one lookup to the next in the packet's priority, the only
 * field that a rule can both write and look up and that nobody relies on in these hooks; it is zero
 * again before the packet leaves.
 *
 * <p>Where clients went is remembered in maps that packets fill and that no ruleset has part in;
 * see docs/decisions/0005.
 *
 * <p>Whatever is compared, told or traced of a rule is its {@link
 * io.pointsman.nftables.Expression}s, which {@link io.pointsman.nftables.ExpressionReader} decodes
 * for rules of ours and of the kernel alike; see docs/decisions/0006. {@link
 * io.pointsman.nftables.NftablesTracer} runs them as the kernel does.
 *
 * <p>{@link io.pointsman.nftables.Compiler}, {@link io.pointsman.nftables.Differ}, {@link
 * io.pointsman.nftables.Printer} and the tracer are pure; {@link
 * io.pointsman.nftables.NftablesDataplane} has all effects.
 */
@NullMarked
package io.pointsman.nftables;

import org.jspecify.annotations.NullMarked;
