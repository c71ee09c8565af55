package io.pointsman.nftables;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What an element holds besides its key. As many as keys: an object and an array each. */
final class ElementValue {
  static final ElementValue MEMBER = new ElementValue(Bytes.NONE, "", "");

  private final byte[] data;
  private final String chain;
  private final String comment;

  /**
   * @param data the fields that a lookup yields, each padded to four bytes; empty for sets
   * @param chain the chain that a verdict goes to; empty but in the verdict map
   * @param comment which Service it belongs to, for people; may be empty
   */
  ElementValue(Bytes data, String chain, String comment) {
    this.data = data.array();
    this.chain = chain;
    this.comment = comment;
  }

  static ElementValue data(FieldWriter data) {
    return new ElementValue(data.bytes(), "", "");
  }

  static ElementValue goTo(String chain) {
    return new ElementValue(Bytes.NONE, chain, "");
  }

  ElementValue commented(String text) {
    return text.isEmpty() ? this : new ElementValue(data(), chain, text);
  }

  Bytes data() {
    return Bytes.of(data);
  }

  String chain() {
    return chain;
  }

  String comment() {
    return comment;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ElementValue that
        && Arrays.equals(data, that.data)
        && chain.equals(that.chain)
        && comment.equals(that.comment);
  }

  @Override
  public int hashCode() {
    return Objects.hash(Bytes.hash(data), chain, comment);
  }

  @Override
  public String toString() {
    return data() + " " + chain + " " + comment;
  }
}
