package io.pointsman.kubernetes;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;

/** Bytes that arrive some at a time: those of one portion without waiting, then the next. */
final class Portions extends InputStream {
  private final Iterator<byte[]> next;
  private final Runnable wait;
  private byte[] portion = new byte[0];
  private int position;
  private boolean closed;

  /**
   * @param wait called before each portion, as if it had to be waited for
   */
  Portions(List<byte[]> portions, Runnable wait) {
    this.next = portions.iterator();
    this.wait = wait;
  }

  static Portions of(String... texts) {
    return new Portions(
        List.of(texts).stream().map(text -> text.getBytes(StandardCharsets.UTF_8)).toList(),
        () -> {});
  }

  boolean closed() {
    return closed;
  }

  @Override
  public int available() {
    return portion.length - position;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    if (closed) {
      throw new IOException("closed");
    }
    while (available() == 0) {
      wait.run();
      if (!next.hasNext()) {
        return -1;
      }
      portion = next.next();
      position = 0;
    }
    int count = Math.min(length, available());
    System.arraycopy(portion, position, target, offset, count);
    position += count;
    return count;
  }

  @Override
  public void close() {
    closed = true;
  }
}
