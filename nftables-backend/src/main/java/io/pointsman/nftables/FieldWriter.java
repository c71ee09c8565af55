package io.pointsman.nftables;

import io.pointsman.net.IpAddress;
import io.pointsman.net.IpFamily;
import io.pointsman.net.Protocol;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** Lays out keys and data: fields one after the other, each padded to four bytes. */
final class FieldWriter {
  private final ByteBuffer buffer;

  FieldWriter(List<Field> fields, IpFamily family) {
    buffer = ByteBuffer.allocate(NamedSet.length(fields, family)).order(ByteOrder.nativeOrder());
  }

  FieldWriter address(IpAddress address) {
    address.put(buffer.array(), buffer.position());
    buffer.position(buffer.position() + address.family().bits() / 8);
    return this;
  }

  FieldWriter protocol(Protocol protocol) {
    buffer.put((byte) protocol.number());
    return pad(3);
  }

  /** A port, in network byte order as in the packet. */
  FieldWriter port(int port) {
    buffer.put((byte) (port >>> 8)).put((byte) port);
    return pad(2);
  }

  /** A number in host byte order: a slot or a shape. */
  FieldWriter number(int number) {
    buffer.putInt(number);
    return this;
  }

  private FieldWriter pad(int count) {
    buffer.position(buffer.position() + count);
    return this;
  }

  Bytes bytes() {
    if (buffer.hasRemaining()) {
      throw new IllegalStateException(buffer.remaining() + " bytes of the fields are missing");
    }
    return Bytes.of(buffer.array());
  }
}
