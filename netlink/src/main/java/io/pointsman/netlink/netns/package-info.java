/**
 * Network namespaces as values that close.
 *
 * <p>A namespace made here has no name in {@code /run/netns}: only a file descriptor of this
 * process holds it. Whatever ends the process, {@code SIGKILL} included, ends the namespace with
 * its interfaces, addresses, routes and rules. That is why tests and the lab use it: nothing needs
 * to be cleaned up.
 *
 * <p>Always true: the thread that calls into this package keeps its own namespace; only threads and
 * processes started for the purpose enter another one. Setting up links is not here: run {@code ip}
 * through {@link NetworkNamespace#exec}, or speak rtnetlink inside {@link NetworkNamespace#call}.
 */
@NullMarked
package io.pointsman.netlink.netns;

import org.jspecify.annotations.NullMarked;
