package io.pointsman.agent.system;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files in which the kernel shows one setting and takes its new value. */
public final class KernelFile {
  /** As long as a setting can be (proc(5): a page). */
  private static final int PAGE = 4096;

  private KernelFile() {}

  /**
   * The value, without white space around it. It is read at once: the kernel gives a number to the
   * first read alone, of which {@link Files#readString} makes one for a single byte.
   */
  public static String read(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] value = new byte[PAGE];
      int length = Math.max(0, in.read(value));
      return new String(value, 0, length, StandardCharsets.ISO_8859_1).strip();
    }
  }

  static void write(Path file, String value) throws IOException {
    Files.writeString(file, value);
  }
}
