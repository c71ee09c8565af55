package io.pointsman.agent.local;

import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;

/**
 * A stream whose end can be told from its being cut off: pieces of at most 64 KiB, each behind its
 * length (4 bytes, big endian), the last one empty.
 */
final class Chunks {
  private static final int LARGEST = 64 * 1024;

  private Chunks() {}

  /** Writes something. */
  @FunctionalInterface
  interface Source {
    void writeTo(OutputStream out) throws Exception;
  }

  /** Sends all that the source writes. Where it fails, there is no end. */
  static void write(OutputStream out, Source source) throws Exception {
    DataOutputStream framed = new DataOutputStream(out);
    OutputStream pieces =
        new OutputStream() {
          @Override
          public void write(int single) throws IOException {
            write(new byte[] {(byte) single}, 0, 1);
          }

          @Override
          public void write(byte[] bytes, int offset, int length) throws IOException {
            for (int done = 0; done < length; done += LARGEST) {
              int size = Math.min(LARGEST, length - done);
              framed.writeInt(size);
              framed.write(bytes, offset + done, size);
            }
          }
        };
    OutputStream buffered = new BufferedOutputStream(pieces, LARGEST);
    source.writeTo(buffered);
    buffered.flush();
    framed.writeInt(0);
    framed.flush();
  }

  /**
   * Copies up to the end.
   *
   * @throws EOFException when there is none
   * @throws AgentConnection.Unwritable when it cannot be written here
   */
  static void copy(DataInputStream in, OutputStream to) throws IOException {
    byte[] piece = new byte[LARGEST];
    for (int size = in.readInt(); size != 0; size = in.readInt()) {
      if (size < 0 || size > LARGEST) {
        throw new IOException("a piece of " + size + " bytes: the other side is no agent");
      }
      in.readFully(piece, 0, size);
      try {
        to.write(piece, 0, size);
      } catch (IOException e) {
        throw new AgentConnection.Unwritable(e);
      }
    }
  }
}
