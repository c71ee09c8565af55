package io.pointsman.apiserver;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * A body of unknown length: chunks (RFC 9112, section 7.1), each as large as the buffer or less.
 */
final class ChunkedOutput extends OutputStream {
  private static final byte[] LINE_END = {'\r', '\n'};

  private final OutputStream out;
  private final byte[] buffer = new byte[32 * 1024];
  private int filled;

  ChunkedOutput(OutputStream out) {
    this.out = out;
  }

  @Override
  public void write(int b) throws IOException {
    if (filled == buffer.length) {
      chunk();
    }
    buffer[filled++] = (byte) b;
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    for (int done = 0; done < length; ) {
      if (filled == buffer.length) {
        chunk();
      }
      int part = Math.min(length - done, buffer.length - filled);
      System.arraycopy(bytes, offset + done, buffer, filled, part);
      filled += part;
      done += part;
    }
  }

  private void chunk() throws IOException {
    if (filled > 0) {
      out.write(Integer.toHexString(filled).getBytes(StandardCharsets.US_ASCII));
      out.write(LINE_END);
      out.write(buffer, 0, filled);
      out.write(LINE_END);
      filled = 0;
    }
  }

  @Override
  public void flush() throws IOException {
    chunk();
    out.flush();
  }

  /** Ends the body; the connection stays open. */
  void end() throws IOException {
    chunk();
    out.write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    out.flush();
  }
}
