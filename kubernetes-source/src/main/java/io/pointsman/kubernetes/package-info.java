/**
 * Where the cluster's objects come from: an API server, or manifest files.
 *
 * <p>In: Services, EndpointSlices, this proxy's Node and ServiceCIDRs as the Kubernetes API spells
 * them. Out: {@link io.pointsman.snapshot.ClusterEvent}s for a {@link
 * io.pointsman.kubernetes.ClusterSource.Listener}. Objects that this proxy must not see never leave
 * the package; types of the Kubernetes client neither, apart from the client itself in {@link
 * io.pointsman.kubernetes.ApiClient}. Nothing here judges addresses or picks endpoints.
 */
@NullMarked
package io.pointsman.kubernetes;

import org.jspecify.annotations.NullMarked;
