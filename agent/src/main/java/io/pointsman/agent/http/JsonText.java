package io.pointsman.agent.http;

/** Strings as JSON spells them (RFC 8259 section 7). */
public final class JsonText {
  private JsonText() {}

  /** The text in quotes, with everything escaped that must be. */
  public static String quote(String text) {
    StringBuilder quoted = new StringBuilder(text.length() + 2).append('"');
    text.chars()
        .forEach(c -> {
          if (c == '"' || c == '\\') {
            quoted.append('\\').append((char) c);
          } else if (c < ' ') {
            quoted.append("\\u%04x".formatted(c));
          } else {
            quoted.append((char) c);
          }
        });
    return quoted.append('"').toString();
  }
}
