/**
 * A Kubernetes API server inside the process, for tests, benchmarks and the lab.
 *
 * <p>In: HTTP requests as the Kubernetes API defines them, and calls of {@link
 * io.pointsman.apiserver.ApiServer}, which change objects without HTTP or make the server fail on
 * demand. Out: what a real API server answers, errors included; {@code kubectl --validate=false}
 * can be pointed at it. Lists and watches are exact: pages show one version of the state, a watch
 * brings each change once and in order, and versions that are no longer kept are answered with 410.
 *
 * <p>Objects are stored as they come. Nothing is validated or defaulted but metadata: name,
 * namespace, uid, creationTimestamp, resourceVersion, and generation for the kinds that count it.
 * An update that changes nothing is none. There are no subresources, so status is an ordinary
 * field; no server-side apply and no strategic merge patch (415), no finalizers, owners, grace
 * periods or roles; a namespace need not exist and takes nothing along when it is deleted.
 *
 * <p>One lock guards all objects. Sockets belong to the network namespace of the thread that starts
 * the server; every connection has platform threads of its own. A watch that falls behind by more
 * than the kept history is cut and never holds up a change.
 */
@NullMarked
package io.pointsman.apiserver;

import org.jspecify.annotations.NullMarked;
