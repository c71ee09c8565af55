/**
 * Metrics with the names, types, labels and buckets of kube-proxy, and some of our own.
 *
 * <p>Sync reports and events come in and are folded into immutable values that know nothing of any
 * metrics library; {@link io.pointsman.agent.metrics.Exposition} turns them into text when somebody
 * asks. So the libraries are loaded by the first scrape, not by the start of the proxy.
 */
@NullMarked
package io.pointsman.agent.metrics;

import org.jspecify.annotations.NullMarked;
