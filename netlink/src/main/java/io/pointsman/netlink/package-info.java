/**
 * Netlink sockets and requests: bytes to the kernel and the kernel's answers back.
 *
 * <p>{@link io.pointsman.netlink.NetlinkTransport} is the seam: {@link
 * io.pointsman.netlink.NetlinkSocket} is the kernel's side of it, and tests script their own.
 * {@link io.pointsman.netlink.NetlinkClient} sends requests and dumps over any transport. {@link
 * io.pointsman.netlink.XtablesSocket} stands apart: x_tables answer to socket options only.
 *
 * <p>What always holds: nothing waits without a bound, an answer is matched to its request by
 * sequence number, and a dump that changed while it was read is read again instead of being handed
 * out. What is not here: what messages mean; families have packages of their own below this one.
 */
@NullMarked
package io.pointsman.netlink;

import org.jspecify.annotations.NullMarked;
