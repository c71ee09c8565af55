/**
 * A whole cluster in network namespaces, from one file, that stays up in the background.
 *
 * <p>In go a {@link io.pointsman.lab.cluster.ClusterFile} and, while it is up, Kubernetes objects;
 * out come nodes on one segment, pods plugged in by CNI plugins, an API server, an agent on each
 * node, and {@link io.pointsman.lab.cluster.ClusterView}, which is what can be told of it. What is
 * built is a pure function of the file: {@link io.pointsman.lab.cluster.ClusterPlan}. Always true:
 * one process owns all of it, so that nothing in the kernel outlives that process; only its
 * directory may, and the next command removes it.
 */
@NullMarked
package io.pointsman.lab.cluster;

import org.jspecify.annotations.NullMarked;
