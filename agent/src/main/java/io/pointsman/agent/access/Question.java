package io.pointsman.agent.access;

import io.pointsman.agent.http.BearerToken;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * May who has this token get this path?
 *
 * @param token its SHA-256: who reads the memory of this process gets no tokens of others
 */
record Question(String token, String path) {
  static Question of(BearerToken token, String path) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest(token.text().getBytes(StandardCharsets.UTF_8));
      return new Question(HexFormat.of().formatHex(digest), path);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
