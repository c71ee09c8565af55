/**
 * Services at work in a cluster, seen from its pods, its nodes and outside: what kube-proxy's
 * end-to-end tests look at, with endpoints made by hand so that every condition can be had.
 *
 * <p>In goes a {@link io.pointsman.e2e.TestCluster}, a real one or the lab; tests write objects to
 * it and look, again and again for some time, until packets go where they must. Always true: tests
 * know nothing of how a cluster is made, and leave nothing behind in it.
 */
@NullMarked
package io.pointsman.e2e;

import org.jspecify.annotations.NullMarked;
