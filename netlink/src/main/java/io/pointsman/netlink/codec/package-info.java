/**
 * Netlink messages and attributes as bytes, without a socket and without native code.
 *
 * <p>{@link io.pointsman.netlink.codec.MessageWriter} turns calls into bytes; {@link
 * io.pointsman.netlink.codec.MessageReader}, {@link io.pointsman.netlink.codec.Message} and {@link
 * io.pointsman.netlink.codec.Attributes} turn received bytes back into values; {@link
 * io.pointsman.netlink.codec.NetlinkError} reads what the kernel objects to.
 *
 * <p>What always holds: nothing is written that the 16-bit attribute length cannot say, and nothing
 * is read outside the bytes that were received, whatever they are. No netlink family is known here.
 * Layouts are those of {@code linux/netlink.h}.
 */
@NullMarked
package io.pointsman.netlink.codec;

import org.jspecify.annotations.NullMarked;
