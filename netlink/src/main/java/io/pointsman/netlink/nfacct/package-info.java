/**
 * Packet counters of the kernel that have a name (nfnetlink_acct), which rules of iptables count in
 * by {@code -m nfacct --nfacct-name}.
 *
 * <p>In: names. Out: counts. What always holds: making a counter that is there changes nothing of
 * it; the kernel keeps a counter as long as a rule counts in it. Layouts are those of {@code
 * linux/netfilter/nfnetlink_acct.h}.
 */
@NullMarked
package io.pointsman.netlink.nfacct;

import org.jspecify.annotations.NullMarked;
