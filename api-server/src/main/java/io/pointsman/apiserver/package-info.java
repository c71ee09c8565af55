/**
 * A Kubernetes API server inside the process, for tests, benchmarks and the lab.
 *
 * <p>In: HTTP requests as the Kubernetes API defines them, and calls of {@link
 * io.pointsman.apiserver.ApiServer}, which change objects without HTTP or make the server fail on
 * demand. Out: what a real API server answers, errors and the tables of kubectl included. Lists and
 * watches are exact: pages show one version of the state, a watch brings each change once and in
 * order, and versions that are no longer kept are answered with 410.
 *
 * <p>Objects are stored as they come. Nothing is validated or defaulted but metadata: name,
 * namespace, uid, creationTimestamp, resourceVersion, and generation for the kinds that count it.
 * An update that changes nothing is none. Status is an ordinary field that also has a path of its
 * own. A pod on a node that is deleted stays for its grace, until somebody deletes it with a grace
 * of 0; all else goes at once. There is no server-side apply (415), no dry run (400), no Protocol
 * Buffers (415), no finalizers and no roles; owners take nothing along when they go, and neither
 * does a namespace, which need not exist.
 *
 * <p>TokenReviews and SubjectAccessReviews (of paths that are none of resources) are answered from
 * accounts that are named at the start; nothing is refused for want of an account.
 *
 * <p>One lock guards all objects. Sockets belong to the network namespace of the thread that starts
 * the server; every connection has platform threads of its own. A watch that falls behind by more
 * than the kept history is cut and never holds up a change.
 */
@NullMarked
package io.pointsman.apiserver;

import org.jspecify.annotations.NullMarked;
