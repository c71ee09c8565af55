package io.pointsman.net;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Optional;

/**
 * An IPv4 or IPv6 address without scope.
 *
 * <p>Ordered by family, then numerically. A node holds tens of thousands of them: each is no larger
 * than its family needs.
 */
public abstract sealed class IpAddress implements Comparable<IpAddress> {
  private static final class V4 extends IpAddress {
    private final int value;

    private V4(int value) {
      this.value = value;
    }

    @Override
    public IpFamily family() {
      return IpFamily.IPV4;
    }

    @Override
    long high() {
      return 0;
    }

    @Override
    long low() {
      return value & 0xffffffffL;
    }
  }

  private static final class V6 extends IpAddress {
    private final long high;
    private final long low;

    private V6(long high, long low) {
      this.high = high;
      this.low = low;
    }

    @Override
    public IpFamily family() {
      return IpFamily.IPV6;
    }

    @Override
    long high() {
      return high;
    }

    @Override
    long low() {
      return low;
    }
  }

  private IpAddress() {}

  public abstract IpFamily family();

  /** The first eight bytes of an IPv6 address; 0 for IPv4. */
  abstract long high();

  /** The last eight bytes of an IPv6 address, or all four of an IPv4 address, without sign. */
  abstract long low();

  /**
   * Reads an address as the Kubernetes API has always read it: IPv4 octets may carry leading zeros
   * and are decimal (KEP-4858 tells why old objects must keep working); an IPv4-mapped IPv6 address
   * is the IPv4 address; no scope, no host name.
   *
   * @return the address, or empty when the text is not one
   */
  public static Optional<IpAddress> parse(String text) {
    return text.indexOf(':') < 0 ? parseV4(text) : parseV6(text);
  }

  /**
   * Reads an address that is known to be valid, such as a constant.
   *
   * @throws IllegalArgumentException naming the text when it is no address
   */
  public static IpAddress of(String text) {
    return parse(text)
        .orElseThrow(() -> new IllegalArgumentException("'" + text + "' is not an IP address"));
  }

  /**
   * The address with these bytes in network order.
   *
   * @throws IllegalArgumentException unless there are 4 or 16 bytes
   */
  public static IpAddress ofBytes(byte[] bytes) {
    return switch (bytes.length) {
      case 4 -> new V4((int) big(bytes, 0, 4));
      case 16 -> new V6(big(bytes, 0, 8), big(bytes, 8, 8));
      default ->
          throw new IllegalArgumentException(
              "an IP address has 4 or 16 bytes, not " + bytes.length);
    };
  }

  /** The IPv4 address with this value, its first octet in the most significant byte. */
  public static IpAddress ofV4(int value) {
    return new V4(value);
  }

  private static Optional<IpAddress> parseV4(String text) {
    long value = 0;
    int octets = 0;
    int start = 0;
    while (true) {
      int dot = text.indexOf('.', start);
      int end = dot < 0 ? text.length() : dot;
      int octet = octet(text, start, end);
      if (octet < 0 || ++octets > 4) {
        return Optional.empty();
      }
      value = value << 8 | octet;
      if (dot < 0) {
        return octets == 4 ? Optional.of(new V4((int) value)) : Optional.empty();
      }
      start = dot + 1;
    }
  }

  private static int octet(String text, int start, int end) {
    if (start == end) {
      return -1;
    }
    int value = 0;
    for (int i = start; i < end; i++) {
      char digit = text.charAt(i);
      if (digit < '0' || digit > '9') {
        return -1;
      }
      value = value * 10 + (digit - '0');
      if (value > 255) {
        return -1;
      }
    }
    return value;
  }

  private static Optional<IpAddress> parseV6(String text) {
    if (text.indexOf('%') >= 0 || text.indexOf('[') >= 0) {
      return Optional.empty();
    }
    try {
      return Optional.of(ofBytes(Inet6Address.ofLiteral(text).getAddress()));
    } catch (IllegalArgumentException notAnAddress) {
      return Optional.empty();
    }
  }

  /** The address in network byte order: 4 or 16 new bytes. */
  public byte[] bytes() {
    byte[] bytes = new byte[family().bits() / 8];
    put(bytes, 0);
    return bytes;
  }

  /** Writes the address in network byte order at an offset of a larger array. */
  public void put(byte[] target, int offset) {
    if (family() == IpFamily.IPV4) {
      putBig(target, offset, low(), 4);
    } else {
      putBig(target, offset, high(), 8);
      putBig(target, offset + 8, low(), 8);
    }
  }

  /** True for 127.0.0.0/8 and ::1. */
  public boolean isLoopback() {
    return family() == IpFamily.IPV4 ? low() >>> 24 == 127 : high() == 0 && low() == 1;
  }

  /** True for 0.0.0.0 and ::. */
  public boolean isUnspecified() {
    return high() == 0 && low() == 0;
  }

  /** This address with all bits after the prefix cleared; {@code prefixLength} in 0..bits. */
  IpAddress masked(int prefixLength) {
    if (family() == IpFamily.IPV4) {
      return new V4((int) (low() & mask(prefixLength, 32)));
    }
    int low64 = Math.max(0, prefixLength - 64);
    return new V6(high() & mask(Math.min(64, prefixLength), 64), low() & mask(low64, 64));
  }

  private static long mask(int prefixLength, int width) {
    return prefixLength == 0 ? 0 : -1L << (width - prefixLength);
  }

  private static long big(byte[] bytes, int offset, int count) {
    long value = 0;
    for (int i = 0; i < count; i++) {
      value = value << 8 | (bytes[offset + i] & 0xff);
    }
    return value;
  }

  private static void putBig(byte[] target, int offset, long value, int count) {
    for (int i = 0; i < count; i++) {
      target[offset + i] = (byte) (value >>> (8 * (count - 1 - i)));
    }
  }

  @Override
  public int compareTo(IpAddress other) {
    int byFamily = family().compareTo(other.family());
    if (byFamily != 0) {
      return byFamily;
    }
    int byHigh = Long.compareUnsigned(high(), other.high());
    return byHigh != 0 ? byHigh : Long.compareUnsigned(low(), other.low());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof IpAddress that
        && high() == that.high()
        && low() == that.low()
        && family() == that.family();
  }

  @Override
  public int hashCode() {
    return Long.hashCode(high() * 31 + low()) * 31 + family().bits();
  }

  /** The canonical text: dotted decimal, or RFC 5952. */
  @Override
  public String toString() {
    if (family() == IpFamily.IPV4) {
      long v = low();
      return (v >>> 24) + "." + (v >>> 16 & 255) + "." + (v >>> 8 & 255) + "." + (v & 255);
    }
    return rfc5952(bytes());
  }

  /**
   * RFC 5952: lower case, no leading zeros, the first longest run of two or more zero groups cut.
   */
  private static String rfc5952(byte[] bytes) {
    int[] groups = new int[8];
    for (int i = 0; i < 8; i++) {
      groups[i] = (bytes[2 * i] & 0xff) << 8 | (bytes[2 * i + 1] & 0xff);
    }
    int runStart = -1;
    int runLength = 1;
    for (int i = 0; i < 8; i++) {
      int length = 0;
      while (i + length < 8 && groups[i + length] == 0) {
        length++;
      }
      if (length > runLength) {
        runStart = i;
        runLength = length;
      }
    }
    StringBuilder text = new StringBuilder(39);
    for (int i = 0; i < 8; i++) {
      if (i == runStart) {
        text.append("::");
        i += runLength - 1;
      } else {
        if (i > 0 && i != runStart + runLength) {
          text.append(':');
        }
        text.append(Integer.toHexString(groups[i]));
      }
    }
    return text.toString();
  }

  /** This address as the JDK's type, for sockets. */
  public InetAddress toInetAddress() {
    try {
      return InetAddress.getByAddress(bytes());
    } catch (java.net.UnknownHostException impossible) {
      throw new AssertionError(impossible);
    }
  }
}
