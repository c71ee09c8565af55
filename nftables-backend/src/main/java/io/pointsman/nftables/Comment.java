package io.pointsman.nftables;

import io.pointsman.model.ServicePortName;
import io.pointsman.plan.Frontend;

/** What elements say about themselves. */
final class Comment {
  /** {@code NFTNL_UDATA_COMMENT_MAXLEN} of libnftnl less the terminating zero. */
  private static final int MAX_LENGTH = 127;

  private Comment() {}

  /**
   * The Service port and how the client reaches it. Whatever could end a quoted string is replaced:
   * API names hold none of it, but manifests can hold anything.
   */
  static String of(ServicePortName port, Frontend.Kind kind) {
    StringBuilder text = new StringBuilder(port.display() + " " + kind);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < ' ' || c > '~' || c == '"' || c == '\\') {
        text.setCharAt(i, '?');
      }
    }
    if (text.length() > MAX_LENGTH) {
      text.setLength(MAX_LENGTH);
    }
    return text.toString();
  }
}
