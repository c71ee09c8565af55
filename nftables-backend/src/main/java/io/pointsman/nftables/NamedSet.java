package io.pointsman.nftables;

import static io.pointsman.nftables.Field.ADDRESS;
import static io.pointsman.nftables.Field.CLIENT;
import static io.pointsman.nftables.Field.GROUP;
import static io.pointsman.nftables.Field.PORT;
import static io.pointsman.nftables.Field.PROTOCOL;
import static io.pointsman.nftables.Field.SECONDS;
import static io.pointsman.nftables.Field.SHAPE;
import static io.pointsman.nftables.Field.SLOT;
import static io.pointsman.nftables.Field.SOURCE_ADDRESS;

import io.pointsman.net.IpFamily;
import java.util.List;
import java.util.Optional;

/**
 * The sets and maps of the table: a fixed number, whatever the number of Services.
 *
 * <p>The order is the order of creation; {@link #ordinal} serves as the set's id in a batch.
 */
@SuppressWarnings("ImmutableEnumChecker") // the lists are immutable
enum NamedSet {
  /** Virtual address, protocol, port: the shape that serves it; counts connections. */
  FRONTENDS("frontends", List.of(ADDRESS, PROTOCOL, PORT), List.of(SHAPE), true),
  /** Protocol and node port: the shape that serves it; counts connections. */
  NODEPORTS("nodeports", List.of(PROTOCOL, PORT), List.of(SHAPE), true),
  /** The chain of each shape. */
  SHAPES("shapes", List.of(SHAPE), List.of(), false),
  /** The endpoints of a virtual address for policy Cluster. */
  BACKENDS("backends", List.of(ADDRESS, PROTOCOL, PORT, SLOT), List.of(ADDRESS, PORT), false),
  /** The endpoints of a node port for policy Cluster. */
  NODEPORT_BACKENDS(
      "nodeport-backends", List.of(PROTOCOL, PORT, SLOT), List.of(ADDRESS, PORT), false),
  /** This node's endpoints of a virtual address, for policy Local from outside. */
  LOCAL_BACKENDS(
      "local-backends", List.of(ADDRESS, PROTOCOL, PORT, SLOT), List.of(ADDRESS, PORT), false),
  /** This node's endpoints of a node port, for policy Local from outside. */
  LOCAL_NODEPORT_BACKENDS(
      "local-nodeport-backends", List.of(PROTOCOL, PORT, SLOT), List.of(ADDRESS, PORT), false),
  /** Each pod of this node with itself: a connection that comes back is masqueraded. */
  HAIRPIN("hairpin", List.of(SOURCE_ADDRESS, ADDRESS), List.of(), false),
  /** Every ClusterIP: other ports of it are rejected. */
  CLUSTER_IPS("cluster-ips", List.of(ADDRESS), List.of(), false),
  /** Virtual addresses of Services without any endpoint. */
  REJECTED("rejected", List.of(ADDRESS, PROTOCOL, PORT), List.of(), true),
  /** Virtual addresses that a policy of Local leaves without endpoint on this node. */
  DROPPED("dropped", List.of(ADDRESS, PROTOCOL, PORT), List.of(), true),
  /** Node ports of Services without any endpoint. */
  REJECTED_NODEPORTS("rejected-nodeports", List.of(PROTOCOL, PORT), List.of(), true),
  /** Node ports that a policy of Local leaves without endpoint on this node. */
  DROPPED_NODEPORTS("dropped-nodeports", List.of(PROTOCOL, PORT), List.of(), true),
  /** The addresses on which node ports answer, unless that is all of them. */
  NODEPORT_ADDRESSES("nodeport-addresses", List.of(ADDRESS), List.of(), false),
  /** Virtual address, protocol, port with client affinity: the group of its clients. */
  AFFINITY_GROUPS("affinity-groups", List.of(ADDRESS, PROTOCOL, PORT), List.of(GROUP), false),
  /** Protocol and node port with client affinity: the group of its clients. */
  AFFINITY_NODEPORT_GROUPS(
      "affinity-nodeport-groups", List.of(PROTOCOL, PORT), List.of(GROUP), false),
  /** For how many seconds a group remembers. */
  AFFINITY_TIMEOUTS("affinity-timeouts", List.of(GROUP), List.of(SECONDS), false),
  /**
   * The chain that remembers for so many seconds. Not among the shapes: the kernel wants each chain
   * that a map names to be lawful in each hook from which the map is reached.
   */
  MEMORIES("memories", List.of(SECONDS), List.of(), false),
  /** The endpoints that a group may remember. */
  AFFINITY_MEMBERS("affinity-members", List.of(GROUP, ADDRESS, PORT), List.of(), false),
  /** The address of the endpoint that a client of a group goes to; filled by packets. */
  AFFINITY("affinity", List.of(CLIENT, GROUP), List.of(ADDRESS), false),
  /** The port of the endpoint that a client of a group goes to; filled by packets. */
  AFFINITY_PORTS("affinity-ports", List.of(CLIENT, GROUP), List.of(PORT), false),
  /** Load balancer addresses with source ranges: the chain that knows who may come in. */
  FIREWALL("firewall", List.of(ADDRESS, PROTOCOL, PORT), List.of(), false);

  /** The most clients that the kernel remembers in one family; beyond it they are balanced. */
  static final int MAX_CLIENTS = 1 << 18;

  private final String label;
  private final List<Field> key;
  private final List<Field> data;
  private final boolean counted;
  private final Lengths keyLengths;
  private final Lengths dataLengths;

  /** Bytes in either family. */
  private record Lengths(int ipv4, int ipv6) {
    static Lengths of(List<Field> fields) {
      return new Lengths(length(fields, IpFamily.IPV4), length(fields, IpFamily.IPV6));
    }

    /** Several fields are padded to four bytes each, a single one is not. */
    private static int length(List<Field> fields, IpFamily family) {
      if (fields.size() == 1) {
        return fields.getFirst().width(family);
      }
      int length = 0;
      for (Field field : fields) {
        length += 4 * field.registers(family);
      }
      return length;
    }

    int in(IpFamily family) {
      return family == IpFamily.IPV4 ? ipv4 : ipv6;
    }
  }

  NamedSet(String label, List<Field> key, List<Field> data, boolean counted) {
    this.label = label;
    this.key = key;
    this.data = data;
    this.counted = counted;
    this.keyLengths = Lengths.of(key);
    this.dataLengths = Lengths.of(data);
  }

  /** The name in the kernel. */
  String label() {
    return label;
  }

  List<Field> key() {
    return key;
  }

  /** What a lookup yields; empty for plain sets and for verdict maps. */
  List<Field> data() {
    return data;
  }

  /** True for maps whose data are verdicts. */
  boolean yieldsVerdicts() {
    return this == SHAPES || this == MEMORIES || this == FIREWALL;
  }

  /** True for maps that packets fill; what they hold is not part of a ruleset. */
  boolean isDynamic() {
    return key.contains(CLIENT);
  }

  boolean isMap() {
    return !data.isEmpty() || yieldsVerdicts();
  }

  /** Whether the kernel counts lookups for each element. */
  boolean isCounted() {
    return counted;
  }

  /** Whether nft can only understand the key by an expression, not by the name of a type. */
  boolean needsTypeof() {
    return key.contains(SLOT) || key.contains(CLIENT);
  }

  /** Bytes of a key. */
  int keyLength(IpFamily family) {
    return keyLengths.in(family);
  }

  /** Bytes of what a lookup yields; 0 for plain sets and for verdict maps. */
  int dataLength(IpFamily family) {
    return dataLengths.in(family);
  }

  static Optional<NamedSet> named(String label) {
    for (NamedSet set : values()) {
      if (set.label.equals(label)) {
        return Optional.of(set);
      }
    }
    return Optional.empty();
  }
}
