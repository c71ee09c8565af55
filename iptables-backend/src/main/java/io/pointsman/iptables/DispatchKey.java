package io.pointsman.iptables;

import io.pointsman.net.Cidr;
import io.pointsman.net.IpAddress;
import io.pointsman.net.IpFamily;
import io.pointsman.net.Protocol;
import io.pointsman.plan.Destination;
import java.util.ArrayList;
import java.util.List;

/**
 * Destinations as strings of bits: the address (of virtual destinations only), two bits for the
 * protocol, sixteen for the port. A prefix of such a string is what one rule can match.
 *
 * @param table where the chains of the tree are
 * @param root the chain that packets enter
 * @param label what the names of all other chains begin with
 * @param addressBits length of the address part; 0 for node ports
 */
record DispatchKey(Table table, String root, String label, int addressBits) {
  private static final int PROTOCOL_BITS = 2;
  private static final int PORT_BITS = 16;

  static DispatchKey ofAddresses(Table table, String root, String label, IpFamily family) {
    return new DispatchKey(table, root, label, family.bits());
  }

  static DispatchKey ofNodePorts(Table table, String root, String label) {
    return new DispatchKey(table, root, label, 0);
  }

  /**
   * Whether the rule that leads to a chain of exact rules names the Services behind it, and not
   * each of those rules. In nat there is a rule for each endpoint, and a comment takes as much room
   * in a legacy table as two rules.
   */
  boolean isNamedOnce() {
    return table == Table.NAT;
  }

  /** The bits at {@code depth} and after it, as 0..3; depth is even. */
  int slot(Destination destination, int depth) {
    if (depth < addressBits) {
      int octet = address(destination).bytes()[depth / 8];
      return octet >>> (6 - depth % 8) & 3;
    }
    int rest = depth - addressBits;
    return rest < PROTOCOL_BITS
        ? code(destination.protocol())
        : destination.port() >>> (PROTOCOL_BITS + PORT_BITS - 2 - rest) & 3;
  }

  /** The chain for all destinations that agree with this one in the first {@code depth} bits. */
  ChainId chain(Destination destination, int depth) {
    if (depth == 0) {
      return new ChainId(table, root);
    }
    if (depth <= addressBits && addressBits == IpFamily.IPV4.bits()) {
      Cidr prefix = new Cidr(address(destination), depth);
      return new ChainId(table, label + prefix.address() + "-" + depth);
    }
    String range = range(destination, depth);
    return new ChainId(
        table,
        addressBits == 0
            ? label + range
            : label + ChainNames.hash(prefix(destination, depth) + " " + range));
  }

  /** What tells the destinations of {@link #chain} from all others. */
  Match[] matches(Destination destination, int depth) {
    List<Match> matches = new ArrayList<>();
    if (addressBits > 0 && depth > 0) {
      matches.add(new Match.Destination(prefix(destination, depth), false));
    }
    int rest = depth - addressBits;
    if (rest >= PROTOCOL_BITS) {
      matches.add(new Match.Proto(destination.protocol()));
    }
    if (rest > PROTOCOL_BITS) {
      int first = firstPort(destination, rest - PROTOCOL_BITS);
      int last = first + (1 << (PROTOCOL_BITS + PORT_BITS - rest)) - 1;
      matches.add(new Match.DestinationPorts(destination.protocol(), first, last));
    }
    return matches.toArray(Match[]::new);
  }

  private Cidr prefix(Destination destination, int depth) {
    return new Cidr(address(destination), Math.min(depth, addressBits));
  }

  private String range(Destination destination, int depth) {
    int bits = depth - addressBits - PROTOCOL_BITS;
    if (bits < 0) {
      return "ANY";
    }
    int first = firstPort(destination, bits);
    return destination.protocol() + "-" + first + "-" + (first + (1 << (PORT_BITS - bits)) - 1);
  }

  private static int firstPort(Destination destination, int bits) {
    return destination.port() >>> (PORT_BITS - bits) << (PORT_BITS - bits);
  }

  private static IpAddress address(Destination destination) {
    return switch (destination) {
      case Destination.Virtual virtual -> virtual.address();
      case Destination.NodePort nodePort ->
          throw new IllegalArgumentException(nodePort + " has no address");
    };
  }

  private static int code(Protocol protocol) {
    return switch (protocol) {
      case TCP -> 0;
      case UDP -> 1;
      case SCTP -> 2;
    };
  }
}
