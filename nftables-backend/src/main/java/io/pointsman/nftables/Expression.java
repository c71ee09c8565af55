package io.pointsman.nftables;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * One expression of a rule as the kernel runs it (linux/netfilter/nf_tables.h). Two rules do the
 * same when their expressions are equal: what a record holds is all that matters.
 *
 * <p>Registers are named by the place of their first 32-bit word, 0 to 15; the kernel's numbers 1
 * to 4 and 8 to 23 are two names for the same memory.
 */
sealed interface Expression {
  /** Where the offsets of {@link Payload} count from: {@code enum nft_payload_bases}. */
  enum Header {
    NETWORK(1, "network"),
    TRANSPORT(2, "transport");

    private final int number;
    private final String label;

    Header(int number, String label) {
      this.number = number;
      this.label = label;
    }

    static Optional<Header> numbered(int number) {
      for (Header header : values()) {
        if (header.number == number) {
          return Optional.of(header);
        }
      }
      return Optional.empty();
    }

    @Override
    public String toString() {
      return label;
    }
  }

  /** The fields of {@code enum nft_meta_keys} whose value follows from the packet. */
  enum MetaKey {
    PRIORITY(2, "priority"),
    MARK(3, "mark"),
    INTERFACE(6, "iifname"),
    FAMILY(15, "nfproto"),
    PROTOCOL(16, "l4proto");

    private final int number;
    private final String label;

    MetaKey(int number, String label) {
      this.number = number;
      this.label = label;
    }

    static Optional<MetaKey> numbered(int number) {
      for (MetaKey key : values()) {
        if (key.number == number) {
          return Optional.of(key);
        }
      }
      return Optional.empty();
    }

    @Override
    public String toString() {
      return label;
    }
  }

  /** The fields of {@code enum nft_ct_keys} whose value follows from the first packet. */
  enum ConntrackKey {
    STATE(0, "state"),
    STATUS(2, "status"),
    MARK(3, "mark"),
    SOURCE(8, "original saddr"),
    DESTINATION(9, "original daddr"),
    PROTOCOL(10, "original protocol"),
    DESTINATION_PORT(12, "original proto-dst"),
    SOURCE_V4(19, "original ip saddr"),
    DESTINATION_V4(20, "original ip daddr"),
    SOURCE_V6(21, "original ip6 saddr"),
    DESTINATION_V6(22, "original ip6 daddr");

    private final int number;
    private final String label;

    ConntrackKey(int number, String label) {
      this.number = number;
      this.label = label;
    }

    static Optional<ConntrackKey> numbered(int number) {
      for (ConntrackKey key : values()) {
        if (key.number == number) {
          return Optional.of(key);
        }
      }
      return Optional.empty();
    }

    @Override
    public String toString() {
      return label;
    }
  }

  /** {@code enum nft_cmp_ops}, in the kernel's order: bytes are compared as unsigned. */
  enum Relation {
    EQUAL("=="),
    NOT_EQUAL("!="),
    LESS("<"),
    LESS_OR_EQUAL("<="),
    GREATER(">"),
    GREATER_OR_EQUAL(">=");

    private final String label;

    Relation(String label) {
      this.label = label;
    }

    @Override
    public String toString() {
      return label;
    }
  }

  /** {@code enum nft_dynset_ops}, in the kernel's order. */
  enum Change {
    ADD,
    UPDATE,
    DELETE;
  }

  /** Loads bytes of the packet. */
  record Payload(int to, Header header, int offset, int length) implements Expression {}

  /** Loads what the kernel knows of the packet. */
  record LoadMeta(int to, MetaKey key) implements Expression {}

  /** Writes the mark or the priority. */
  record StoreMeta(MetaKey key, int from) implements Expression {}

  /** Loads what the kernel knows of the packet's connection. */
  record Conntrack(int to, ConntrackKey key) implements Expression {}

  /** Loads the type of the packet's source or destination address: {@code RTN_LOCAL} or another. */
  record AddressType(int to, boolean ofSource) implements Expression {}

  /** Loads a constant. */
  record Constant(int to, Bytes value) implements Expression {}

  /** {@code to = from & mask ^ xor}. */
  record Bitwise(int to, int from, Bytes mask, Bytes xor) implements Expression {}

  /** Loads {@code offset} plus a random number below {@code modulus}. */
  record Draw(int to, int modulus, int offset) implements Expression {}

  /** The rule goes on only if the relation holds. */
  record Compare(int from, Relation relation, Bytes value) implements Expression {}

  /** The rule goes on only if the bytes are from {@code low} to {@code high}, or only if not. */
  record Between(int from, boolean negated, Bytes low, Bytes high) implements Expression {}

  /** The rule goes on only if the key is in the set, or only if not. */
  record Contains(String set, int key, boolean negated) implements Expression {}

  /** Loads what the map has for the key; the rule goes on only if there is something. */
  record Find(String map, int key, int to) implements Expression {}

  /** Does what the map has for the key; the rule goes on only if there is something. */
  record FindDecision(String map, int key) implements Expression {}

  /**
   * Adds or deletes an element of a dynamic set, or starts its timeout anew.
   *
   * @param timeout milliseconds, 0 for the set's own
   */
  record ChangeElement(String set, Change change, int key, OptionalInt data, long timeout)
      implements Expression {}

  /** Ends the rule so. */
  record Decide(Decision decision) implements Expression {}

  /** Rewrites the destination, the port too where given. */
  record Redirect(int address, OptionalInt port) implements Expression {}

  /** Rewrites the source to an address of this machine; flags as in linux/netfilter/nf_nat.h. */
  record Masquerade(int flags) implements Expression {}

  /** Throws the packet away and tells its sender, with an ICMP code or a TCP reset. */
  record Reject(int type, int code) implements Expression {}

  /** Counts packets; how many it has counted is no part of what it does. */
  record Count() implements Expression {}

  /** Something else: no tracer gets past it. */
  record Unknown(String name, String attributes) implements Expression {}
}
