package io.pointsman.lab.cluster;

import io.pointsman.net.Cidr;
import io.pointsman.net.IpAddress;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The ranges of a cluster, each with one range a family, in the same order of families.
 *
 * @param nodes the segment's; each node has one address of it
 * @param pods of which each node has a part: a /24, or a /64 in IPv6
 * @param services addresses of Services
 */
public record Ranges(List<Cidr> nodes, List<Cidr> pods, List<Cidr> services) {
  /** Where the addresses of load balancers come from (RFC 5737, RFC 4193). */
  static final List<Cidr> BALANCERS = List.of(Cidr.of("203.0.113.0/24"), Cidr.of("fd00:113::/64"));

  private static final int NODE_PREFIX_V4 = 24;
  private static final int NODE_PREFIX_V6 = 64;

  public Ranges {
    nodes = List.copyOf(nodes);
    pods = List.copyOf(pods);
    services = List.copyOf(services);
  }

  /** The address so many after the first of a range; empty when the range ends before. */
  static Optional<IpAddress> nth(Cidr range, long offset) {
    return after(range, BigInteger.valueOf(offset));
  }

  private static Optional<IpAddress> after(Cidr range, BigInteger offset) {
    byte[] first = range.address().bytes();
    byte[] sum = new BigInteger(1, first).add(offset).toByteArray();
    byte[] bytes = new byte[first.length];
    for (int i = 1; i <= Math.min(bytes.length, sum.length); i++) {
      bytes[bytes.length - i] = sum[sum.length - i];
    }
    return Optional.of(IpAddress.ofBytes(bytes)).filter(range::contains);
  }

  /** How long the prefix of one node's pods is. */
  static int nodePrefix(Cidr pods) {
    return pods.family().bits() == 32 ? NODE_PREFIX_V4 : NODE_PREFIX_V6;
  }

  /**
   * The range of a node's pods.
   *
   * @param node from 1 on; the part with number 0 stays free
   */
  static Optional<Cidr> ofNode(Cidr pods, int node) {
    int prefix = nodePrefix(pods);
    if (prefix < pods.prefixLength()) {
      return Optional.empty();
    }
    BigInteger step = BigInteger.ONE.shiftLeft(pods.family().bits() - prefix);
    return after(pods, step.multiply(BigInteger.valueOf(node)))
        .map(address -> new Cidr(address, prefix));
  }

  /** Two ranges that share an address, as a text; empty when there are none. */
  Optional<String> overlap() {
    List<Cidr> all = Stream.of(nodes, pods, services, BALANCERS).flatMap(List::stream).toList();
    for (int one = 0; one < all.size(); one++) {
      for (int other = one + 1; other < all.size(); other++) {
        if (all.get(one).contains(all.get(other).address())
            || all.get(other).contains(all.get(one).address())) {
          return Optional.of(all.get(one) + " and " + all.get(other));
        }
      }
    }
    return Optional.empty();
  }
}
