/**
 * JMH benchmarks of the iptables backend's pure stages, which only its own package can call.
 *
 * <p>In: a workload's plan. Out: rulesets, differences and text, which JMH throws away. Nothing
 * here touches a kernel.
 */
@NullMarked
package io.pointsman.iptables;

import org.jspecify.annotations.NullMarked;
