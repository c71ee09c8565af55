/**
 * nfnetlink for nf_tables: batches, their outcome, the generation, and notifications.
 *
 * <p>In: messages that a caller writes into a {@link io.pointsman.netlink.nfnetlink.Batch}. Out: a
 * {@link io.pointsman.netlink.nfnetlink.CommitResult}, whose errors carry the sequence number that
 * the batch gave out for each message.
 *
 * <p>What always holds: a batch is one datagram and applied whole or not at all; a result of {@code
 * Committed} is never a guess. What is not here: tables, chains, rules and their attributes.
 * Layouts are those of {@code linux/netfilter/nfnetlink.h} and {@code nf_tables.h}.
 */
@NullMarked
package io.pointsman.netlink.nfnetlink;

import org.jspecify.annotations.NullMarked;
