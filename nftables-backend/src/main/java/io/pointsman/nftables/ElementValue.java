package io.pointsman.nftables;

/**
 * What an element holds besides its key.
 *
 * @param data the fields that a lookup yields, each padded to four bytes; empty for sets
 * @param chain the chain that a verdict goes to; empty but in the verdict map
 * @param comment which Service it belongs to, for people; may be empty
 */
record ElementValue(Bytes data, String chain, String comment) {
  static final Bytes NO_DATA = Bytes.of(new byte[0]);
  static final ElementValue MEMBER = new ElementValue(NO_DATA, "", "");

  static ElementValue data(FieldWriter data) {
    return new ElementValue(data.bytes(), "", "");
  }

  static ElementValue goTo(String chain) {
    return new ElementValue(NO_DATA, chain, "");
  }

  ElementValue commented(String text) {
    return text.isEmpty() ? this : new ElementValue(data, chain, text);
  }
}
