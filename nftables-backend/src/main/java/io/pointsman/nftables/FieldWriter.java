package io.pointsman.nftables;

import io.pointsman.net.IpAddress;
import io.pointsman.net.IpFamily;
import io.pointsman.net.Protocol;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Lays out keys and data: fields one after the other, each padded to four bytes. */
final class FieldWriter {
  private static final VarHandle HOST_INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.nativeOrder());

  private final byte[] bytes;
  private int position;

  private FieldWriter(int length) {
    this.bytes = new byte[length];
  }

  /** For a key of the set. */
  static FieldWriter key(NamedSet set, IpFamily family) {
    return new FieldWriter(set.keyLength(family));
  }

  /** For the data of an element of the map. */
  static FieldWriter data(NamedSet map, IpFamily family) {
    return new FieldWriter(map.dataLength(family));
  }

  FieldWriter address(IpAddress address) {
    address.put(bytes, position);
    position += address.family().bits() / 8;
    return this;
  }

  FieldWriter protocol(Protocol protocol) {
    bytes[position] = (byte) protocol.number();
    position += 4;
    return this;
  }

  /** A port, in network byte order as in the packet. */
  FieldWriter port(int port) {
    bytes[position] = (byte) (port >>> 8);
    bytes[position + 1] = (byte) port;
    position += 4;
    return this;
  }

  /** A number in host byte order: a slot or a shape. */
  FieldWriter number(int number) {
    HOST_INT.set(bytes, position, number);
    position += 4;
    return this;
  }

  Bytes bytes() {
    if (position < bytes.length) {
      throw new IllegalStateException(bytes.length - position + " bytes of the fields are missing");
    }
    return Bytes.of(bytes);
  }
}
