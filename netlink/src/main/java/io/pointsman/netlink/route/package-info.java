/**
 * rtnetlink: which addresses the interfaces of a network namespace have.
 *
 * <p>Reads only. Layouts are those of {@code linux/rtnetlink.h}, {@code if_addr.h} and {@code
 * if_link.h}.
 */
@NullMarked
package io.pointsman.netlink.route;

import org.jspecify.annotations.NullMarked;
