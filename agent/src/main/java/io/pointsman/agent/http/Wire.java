package io.pointsman.agent.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** The bytes of one client, as they come and go: here as they are, for plain HTTP. */
class Wire {
  private final SocketChannel channel;

  /**
   * @param channel does not block
   */
  Wire(SocketChannel channel) {
    this.channel = channel;
  }

  /** Reads what is there: how many bytes, 0 when none have come, -1 at the end. */
  int read(ByteBuffer to) throws IOException {
    return channel.read(to);
  }

  /** Sends what the socket takes; true when all of it has been sent. */
  boolean write(ByteBuffer from) throws IOException {
    channel.write(from);
    return !from.hasRemaining();
  }

  /** Says that no more will come; true when that has been sent. To be asked again until then. */
  boolean end() throws IOException {
    channel.shutdownOutput();
    return true;
  }

  /** True when the socket must take something before anything can be read. */
  boolean isCongested() {
    return false;
  }
}
