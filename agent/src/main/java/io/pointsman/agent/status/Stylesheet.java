package io.pointsman.agent.status;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Objects;

/**
 * The style of the page.
 *
 * @param text CSS of ours that holds no {@code <}
 * @param hash by which a Content-Security-Policy allows it
 */
record Stylesheet(String text, String hash) {
  /** The one in the jar. */
  static Stylesheet ours() {
    try (InputStream in = Stylesheet.class.getResourceAsStream("status.css")) {
      byte[] bytes = Objects.requireNonNull(in, "status.css is in the jar").readAllBytes();
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
      return new Stylesheet(
          new String(bytes, StandardCharsets.UTF_8),
          "sha256-" + Base64.getEncoder().encodeToString(digest));
    } catch (IOException e) {
      throw new UncheckedIOException("the jar cannot be read", e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
  }
}
