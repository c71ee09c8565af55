package io.pointsman.agent.dump;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;

/**
 * Writes an archive in the ustar format (POSIX.1-2017, pax, "ustar Interchange Format"): for each
 * member a block of head and the content in whole blocks, at last two blocks of zeros. A library
 * would be one more jar on each node, for one kind of member with a short name.
 */
final class TarWriter {
  private static final int BLOCK = 512;
  private static final int LONGEST_NAME = 100;

  /** Eleven octal digits. */
  private static final long LARGEST = (1L << 33) - 1;

  private final OutputStream out;
  private final long seconds;

  /**
   * @param time of all members
   */
  TarWriter(OutputStream out, Instant time) {
    this.out = out;
    this.seconds = time.getEpochSecond();
  }

  /**
   * Adds a file that its owner alone may read. The head has the size, so the content is written
   * twice, the first time to be counted: nothing is held as a whole.
   *
   * @param name in ASCII, at most 100 characters
   */
  void add(String name, Content content) throws IOException {
    Counted size = new Counted(OutputStream.nullOutputStream());
    content.writeTo(size);
    out.write(head(name, size.count));
    Counted written = new Counted(out);
    content.writeTo(written);
    if (written.count != size.count) {
      throw new IOException(
          name + " had " + size.count + " bytes and then " + written.count + ": it changes");
    }
    out.write(new byte[(int) (-size.count & BLOCK - 1)]);
  }

  void end() throws IOException {
    out.write(new byte[2 * BLOCK]);
    out.flush();
  }

  private byte[] head(String name, long size) throws IOException {
    if (name.length() > LONGEST_NAME || size > LARGEST) {
      throw new IOException(name + " with " + size + " bytes is too long for an archive");
    }
    byte[] head = new byte[BLOCK];
    put(head, 0, name);
    put(head, 100, "0000600");
    put(head, 108, "0000000");
    put(head, 116, "0000000");
    put(head, 124, octal(size));
    put(head, 136, octal(seconds));
    // The sum is that of a head with blanks in its place.
    Arrays.fill(head, 148, 156, (byte) ' ');
    put(head, 156, "0");
    put(head, 257, "ustar");
    put(head, 263, "00");
    put(head, 265, "root");
    put(head, 297, "root");
    int sum = 0;
    for (byte each : head) {
      sum += each & 0xff;
    }
    put(head, 148, String.format(Locale.ROOT, "%06o\0 ", sum));
    return head;
  }

  private static String octal(long number) {
    return String.format(Locale.ROOT, "%011o", number);
  }

  private static void put(byte[] head, int offset, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(bytes, 0, head, offset, bytes.length);
  }

  /** Passes on, and counts. */
  private static final class Counted extends OutputStream {
    private final OutputStream to;
    private long count;

    Counted(OutputStream to) {
      this.to = to;
    }

    @Override
    public void write(int single) throws IOException {
      to.write(single);
      count++;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      to.write(bytes, offset, length);
      count += length;
    }
  }
}
