/**
 * JMH benchmarks of the nftables backend's pure stages, which only its own package can call.
 *
 * <p>In: a workload's plan. Out: rulesets, differences and text, which JMH throws away. Nothing
 * here touches a kernel.
 */
@NullMarked
package io.pointsman.nftables;

import org.jspecify.annotations.NullMarked;
