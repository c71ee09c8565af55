package io.pointsman.nftables;

import io.pointsman.net.Cidr;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The chain that lets in only these sources, for all load balancer addresses with the same list.
 *
 * @param ranges who may come in, sorted
 */
record Guard(List<Cidr> ranges) implements SharedChain {
  /** Bytes of SHA-256 in the name: two lists of a cluster never meet in 128 bits. */
  private static final int HASH_BYTES = 16;

  Guard {
    ranges = List.copyOf(ranges);
  }

  /** The guard of these ranges, in whatever order they are. */
  static Guard of(Collection<Cidr> ranges) {
    return new Guard(ranges.stream().sorted().distinct().toList());
  }

  @Override
  public String chain() {
    String list = ranges.stream().map(Cidr::toString).collect(Collectors.joining(","));
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(list.getBytes(StandardCharsets.US_ASCII));
      return "guard-" + HexFormat.of().formatHex(hash, 0, HASH_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  @Override
  public Optional<NamedSet> map() {
    return Optional.empty();
  }

  @Override
  public int number() {
    throw new IllegalStateException(chain() + " has no number");
  }
}
