package io.pointsman.apiserver;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/** Events as text messages of a web socket (RFC 6455), one each. */
final class WebSocketEvents implements EventStream {
  private static final String MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  private static final int TEXT = 0x1;
  private static final int CLOSE = 0x8;
  private static final int PING = 0x9;
  private static final int PONG = 0xA;
  private static final int FINAL = 0x80;
  private static final int MASKED = 0x80;
  private static final int LONGEST_FROM_CLIENT = 64 * 1024;
  private static final int NORMAL_CLOSURE = 1000;

  private final DataInputStream in;
  private final OutputStream out;

  WebSocketEvents(InputStream in, OutputStream out) {
    this.in = new DataInputStream(in);
    this.out = out;
  }

  /** What proves to the client that its handshake was understood, from its key. */
  static String accept(String key) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-1")
              .digest((key + MAGIC).getBytes(StandardCharsets.US_ASCII));
      return Base64.getEncoder().encodeToString(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-1", e);
    }
  }

  @Override
  public synchronized void send(ByteArrayOutputStream event) throws IOException {
    writeHead(TEXT, event.size());
    event.writeTo(out);
  }

  private void writeHead(int kind, int length) throws IOException {
    out.write(FINAL | kind);
    if (length < 126) {
      out.write(length);
    } else if (length < 1 << 16) {
      out.write(126);
      out.write(ByteBuffer.allocate(2).putShort((short) length).array());
    } else {
      out.write(127);
      out.write(ByteBuffer.allocate(8).putLong(length).array());
    }
  }

  private synchronized void control(int kind, byte[] payload) throws IOException {
    writeHead(kind, payload.length);
    out.write(payload);
    out.flush();
  }

  @Override
  public synchronized void flush() throws IOException {
    out.flush();
  }

  @Override
  public void end() throws IOException {
    control(CLOSE, ByteBuffer.allocate(2).putShort((short) NORMAL_CLOSURE).array());
  }

  @Override
  public void awaitEnd() throws IOException {
    try {
      while (true) {
        int kind = in.readUnsignedByte() & 0xF;
        byte[] payload = payload(in.readUnsignedByte());
        if (kind == CLOSE) {
          return;
        }
        if (kind == PING) {
          control(PONG, payload);
        }
      }
    } catch (EOFException gone) {
      return;
    }
  }

  private byte[] payload(int head) throws IOException {
    int length = head & 0x7F;
    if (length == 126) {
      length = in.readUnsignedShort();
    } else if (length == 127) {
      length = Math.toIntExact(Math.min(in.readLong(), Integer.MAX_VALUE));
    }
    if ((head & MASKED) == 0 || length < 0 || length > LONGEST_FROM_CLIENT) {
      throw new ProtocolException("a client's frame is masked, and short: " + head);
    }
    byte[] mask = in.readNBytes(4);
    byte[] payload = in.readNBytes(length);
    for (int i = 0; i < payload.length; i++) {
      payload[i] ^= mask[i % 4];
    }
    return payload;
  }
}
