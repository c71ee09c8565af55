package io.pointsman.netlink.codec;

import java.util.HexFormat;
import java.util.Locale;

/** Bytes written as tests can be read: hexadecimal, with white space and {@code # comments}. */
public final class Hex {
  private Hex() {}

  public static byte[] bytes(String text) {
    String digits = text.replaceAll("#[^\n]*", "").replaceAll("\\s", "");
    return HexFormat.of().parseHex(digits);
  }

  /**
   * A line for each 4 bytes, the unit of netlink's layout, so that a difference shows its place.
   */
  public static String dump(byte[] bytes) {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < bytes.length; i += 4) {
      int end = Math.min(i + 4, bytes.length);
      lines.append(
          String.format(
              Locale.ROOT, "%04x  %s%n", i, HexFormat.ofDelimiter(" ").formatHex(bytes, i, end)));
    }
    return lines.toString();
  }
}
