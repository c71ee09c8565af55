/**
 * Plans as iptables rules.
 *
 * <p>In: a {@link io.pointsman.plan.FamilyPlan}. Out: an {@link
 * io.pointsman.iptables.IptablesRuleset} by the pure {@link io.pointsman.iptables.Compiler}, the
 * difference between two of them by {@link io.pointsman.iptables.Differ}, its text by {@link
 * io.pointsman.iptables.Printer}; {@link io.pointsman.iptables.SaveParser} is the way back. Only
 * {@link io.pointsman.iptables.IptablesDataplane} and the tools it calls have effects.
 *
 * <p>Always true: no rule is text before the printer; a ruleset depends on the plan alone and not
 * on what was compiled before; of the chains of others only our own jumps are read and written. Not
 * here: the sysctls and the conntrack entries.
 */
@NullMarked
package io.pointsman.iptables;

import org.jspecify.annotations.NullMarked;
