/**
 * What others may know of this proxy's health: syncs, events and the Node come in, answers to
 * kubelets and load balancers go out. The answers are functions of immutable values; only {@link
 * io.pointsman.agent.health.HealthCheckServers} owns sockets.
 */
@NullMarked
package io.pointsman.agent.health;

import org.jspecify.annotations.NullMarked;
