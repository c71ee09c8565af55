package io.pointsman.nftables;

import io.pointsman.net.IpFamily;
import java.io.ByteArrayOutputStream;
import java.util.List;

/**
 * The user data of a set: opaque to the kernel, read by {@code nft} to print the set's declaration.
 * A key that holds a slot has no named type, so its fields are described by the expressions that
 * load them (libnftnl/udata.h and the expressions' build_udata in nft).
 */
final class TypeofUserData {
  private static final int KEY_BYTE_ORDER = 0;
  private static final int DATA_BYTE_ORDER = 1;
  private static final int MERGE_ELEMENTS = 2;
  private static final int KEY_TYPEOF = 3;
  private static final int DATA_TYPEOF = 4;
  private static final int DATA_INTERVAL = 6;
  private static final int HOST_ENDIAN = 1;
  private static final int BIG_ENDIAN = 2;
  // enum expr_types of nft
  private static final int PAYLOAD = 7;
  private static final int META = 9;
  private static final int CONCAT = 13;
  private static final int NUMGEN = 23;
  // enum proto_desc_id of nft
  private static final int DESC_TH = 11;
  private static final int DESC_IP = 12;
  private static final int DESC_IP6 = 13;
  // enum proto_bases of nft
  private static final int NETWORK_BASE = 2;

  private final IpFamily family;

  private TypeofUserData(IpFamily family) {
    this.family = family;
  }

  /** The user data of this set. */
  static byte[] of(NamedSet set, IpFamily family) {
    TypeofUserData data = new TypeofUserData(family);
    Bytestream out = new Bytestream();
    boolean concatenated = set.key().size() > 1;
    out.number(KEY_BYTE_ORDER, concatenated ? 0 : byteOrder(set.key().getFirst()));
    if (set.isMap()) {
      out.number(DATA_BYTE_ORDER, set.data().size() == 1 ? byteOrder(set.data().getFirst()) : 0);
    }
    if (set.needsTypeof()) {
      out.bytes(KEY_TYPEOF, data.expressions(set.key()));
      out.bytes(DATA_TYPEOF, data.expressions(set.data()));
    }
    out.number(set.isMap() ? DATA_INTERVAL : MERGE_ELEMENTS, 0);
    return out.toByteArray();
  }

  private static int byteOrder(Field field) {
    return switch (field) {
      case SHAPE, GROUP, SECONDS -> HOST_ENDIAN;
      case SOURCE_ADDRESS, ADDRESS, PROTOCOL, PORT, SLOT, CLIENT -> BIG_ENDIAN;
    };
  }

  private byte[] expressions(List<Field> fields) {
    if (fields.size() == 1) {
      return expression(fields.getFirst());
    }
    Bytestream list = new Bytestream();
    for (int i = 0; i < fields.size(); i++) {
      list.bytes(i, expression(fields.get(i)));
    }
    Bytestream out = new Bytestream();
    out.number(0, CONCAT);
    out.bytes(1, list.toByteArray());
    return out.toByteArray();
  }

  private byte[] expression(Field field) {
    Bytestream out = new Bytestream();
    Bytestream detail = new Bytestream();
    switch (field) {
      case SOURCE_ADDRESS, ADDRESS -> {
        boolean v4 = family == IpFamily.IPV4;
        out.number(0, PAYLOAD);
        detail.number(0, v4 ? DESC_IP : DESC_IP6);
        // Positions of the address among the header's fields in nft's templates.
        int source = v4 ? 11 : 8;
        detail.number(1, field == Field.ADDRESS ? source + 1 : source);
      }
      case PORT -> {
        out.number(0, PAYLOAD);
        detail.number(0, DESC_TH);
        detail.number(1, 2);
      }
      case PROTOCOL -> {
        out.number(0, META);
        detail.number(0, 16);
      }
      case SHAPE, GROUP, SECONDS -> {
        out.number(0, META);
        detail.number(0, 2);
      }
      case CLIENT -> {
        if (family == IpFamily.IPV4) {
          return expression(Field.SOURCE_ADDRESS);
        }
        // Bits of the network header that no template names: base, offset and length in bits.
        out.number(0, PAYLOAD);
        detail.number(0, 0);
        detail.number(1, 0);
        detail.number(2, NETWORK_BASE);
        detail.number(3, Field.CLIENT_OFFSET);
        detail.number(4, 8 * Field.CLIENT.width(family));
      }
      case SLOT -> {
        out.number(0, NUMGEN);
        detail.number(0, 1);
        detail.number(1, 1);
        detail.number(2, 0);
      }
    }
    out.bytes(1, detail.toByteArray());
    return out.toByteArray();
  }

  /** Type, length and value, one byte each for the first two. */
  private static final class Bytestream {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    void bytes(int type, byte[] value) {
      out.write(type);
      out.write(value.length);
      out.writeBytes(value);
    }

    void number(int type, int value) {
      bytes(
          type,
          java.nio.ByteBuffer.allocate(4)
              .order(java.nio.ByteOrder.nativeOrder())
              .putInt(value)
              .array());
    }

    byte[] toByteArray() {
      return out.toByteArray();
    }
  }
}
