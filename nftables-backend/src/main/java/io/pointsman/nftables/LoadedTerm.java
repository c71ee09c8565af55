package io.pointsman.nftables;

import java.util.Optional;

/**
 * What a register holds, for people.
 *
 * @param text how nft says it
 * @param source the expression that loaded it
 * @param mask the bits that were kept of it, when some were cleared
 */
record LoadedTerm(String text, Expression source, Optional<Bytes> mask) {}
