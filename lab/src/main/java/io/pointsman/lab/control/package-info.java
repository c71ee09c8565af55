/**
 * What makes a cluster of the lab behave as one: the parts of kube-controller-manager,
 * kube-scheduler and the kubelet without which a Service has no endpoints.
 *
 * <p>In go the objects of an API server, over HTTP, and a {@link
 * io.pointsman.lab.control.PodRuntime}, which makes pods; out come the EndpointSlices of Services
 * with a selector, the pods of Deployments, a node for each pod, and each pod's status by what the
 * runtime says and by its readiness probe. What shall be written is a pure function of all objects:
 * {@link io.pointsman.lab.control.Controller}. Always true: nothing is written that reads already
 * so, and each decision is taken with all that was written before in view.
 *
 * <p>A Deployment has no ReplicaSets between itself and its pods, and so no history to roll back
 * to; {@code minReadySeconds} and {@code progressDeadlineSeconds} count for nothing. Pods are
 * placed by {@code nodeSelector} and by numbers alone, without taints, affinity or resources.
 */
@NullMarked
package io.pointsman.lab.control;

import org.jspecify.annotations.NullMarked;
