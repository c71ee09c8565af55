/**
 * Connection tracking of the kernel (ctnetlink): entries are listed and single entries deleted.
 *
 * <p>In: a {@link io.pointsman.netlink.conntrack.ConntrackFilter}, or an entry that was listed.
 * Out: {@link io.pointsman.netlink.conntrack.ConntrackEntry}s of protocols with ports. Which of
 * them should go is not decided here.
 *
 * <p>What always holds: an entry that is handed out matches the filter, whether or not the kernel
 * can filter; a deletion names one entry by its tuple and its id. A request to delete that names
 * none empties the whole table, so there is no way to write one. Entries in conntrack zones are
 * left alone: they belong to whoever made the zone. Layouts are those of {@code
 * linux/netfilter/nfnetlink_conntrack.h}.
 */
@NullMarked
package io.pointsman.netlink.conntrack;

import org.jspecify.annotations.NullMarked;
