/**
 * What Pointsman costs, beside the shape of kube-proxy's rules for the same objects on the same
 * machine.
 *
 * <p>In: a {@link io.pointsman.benchmarks.Size}, of which a {@link
 * io.pointsman.benchmarks.Workload} makes the same objects every time. Out: {@link
 * io.pointsman.benchmarks.Figure}s in a {@link io.pointsman.benchmarks.Report}. Whatever is
 * measured happens in network namespaces of its own; what could not be measured says why instead of
 * giving a number. Nothing here asserts on time.
 *
 * <p>Stages that their backends keep to themselves are measured by JMH classes in the backends'
 * packages.
 */
@NullMarked
package io.pointsman.benchmarks;

import org.jspecify.annotations.NullMarked;
