/**
 * Real packets: servers that say who they are and whom they saw, and clients that tell what became
 * of a connection, down to the code of an ICMP error.
 *
 * <p>In go namespaces and destinations, out come {@link io.pointsman.lab.packet.Outcome}s. The
 * clients use the socket calls of libc directly, because the JDK's exceptions do not tell a TCP
 * reset from an ICMP error; numbers of options are those of Linux on 64-bit machines. Nothing here
 * knows Services or a proxy.
 */
@NullMarked
package io.pointsman.lab.packet;

import org.jspecify.annotations.NullMarked;
