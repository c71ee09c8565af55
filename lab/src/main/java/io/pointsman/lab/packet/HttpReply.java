package io.pointsman.lab.packet;

import java.util.Collections;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * An HTTP answer.
 *
 * @param status the status code
 * @param headers by name in lower case; the first of each name
 */
public record HttpReply(int status, SortedMap<String, String> headers, String body) {
  public HttpReply {
    headers = Collections.unmodifiableSortedMap(new TreeMap<>(headers));
  }

  /** Reads a whole HTTP/1.x answer; empty when it is none. */
  static Optional<HttpReply> parse(String text) {
    int end = text.indexOf("\r\n\r\n");
    String[] lines = (end < 0 ? text : text.substring(0, end)).split("\r\n", -1);
    String[] first = lines[0].split(" ", 3);
    if (end < 0 || first.length < 2 || !first[1].matches("[0-9]{3}")) {
      return Optional.empty();
    }
    TreeMap<String, String> headers = new TreeMap<>();
    for (int i = 1; i < lines.length; i++) {
      int colon = lines[i].indexOf(':');
      if (colon > 0) {
        headers.putIfAbsent(
            lines[i].substring(0, colon).toLowerCase(Locale.ROOT),
            lines[i].substring(colon + 1).strip());
      }
    }
    return Optional.of(new HttpReply(Integer.parseInt(first[1]), headers, text.substring(end + 4)));
  }
}
