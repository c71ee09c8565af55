package io.pointsman.net;

import java.util.Optional;

/**
 * An address prefix, such as {@code 10.244.0.0/16}; host bits are cleared.
 *
 * @param address the first address of the range
 * @param prefixLength 0..32 or 0..128
 */
public record Cidr(IpAddress address, int prefixLength) implements Comparable<Cidr> {
  public Cidr {
    if (prefixLength < 0 || prefixLength > address.family().bits()) {
      throw new IllegalArgumentException(
          "prefix length " + prefixLength + " is outside 0.." + address.family().bits());
    }
    address = address.masked(prefixLength);
  }

  /** Reads {@code ADDRESS/LENGTH}; the address as in {@link IpAddress#parse}. */
  public static Optional<Cidr> parse(String text) {
    int slash = text.indexOf('/');
    if (slash < 0) {
      return Optional.empty();
    }
    String length = text.substring(slash + 1);
    if (length.isEmpty()
        || length.length() > 3
        || !length.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return Optional.empty();
    }
    int bits = Integer.parseInt(length);
    return IpAddress.parse(text.substring(0, slash))
        .filter(address -> bits <= address.family().bits())
        .map(address -> new Cidr(address, bits));
  }

  /**
   * Reads a prefix that is known to be valid, such as a constant.
   *
   * @throws IllegalArgumentException naming the text when it is no prefix
   */
  public static Cidr of(String text) {
    return parse(text)
        .orElseThrow(
            () -> new IllegalArgumentException("'" + text + "' is not a CIDR (ADDRESS/LENGTH)"));
  }

  /** The prefix that holds just this address. */
  public static Cidr single(IpAddress address) {
    return new Cidr(address, address.family().bits());
  }

  public IpFamily family() {
    return address.family();
  }

  /** True when the address is of this family and lies in the range. */
  public boolean contains(IpAddress other) {
    return other.family() == family() && other.masked(prefixLength).equals(address);
  }

  @Override
  public int compareTo(Cidr other) {
    int byAddress = address.compareTo(other.address);
    return byAddress != 0 ? byAddress : Integer.compare(prefixLength, other.prefixLength);
  }

  @Override
  public String toString() {
    return address + "/" + prefixLength;
  }
}
