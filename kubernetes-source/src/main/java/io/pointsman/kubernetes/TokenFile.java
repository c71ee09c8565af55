package io.pointsman.kubernetes;

import io.pointsman.file.FileProblem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A bearer token in a file that somebody, such as the kubelet, replaces before it expires.
 *
 * <p>It is read for each request, of which there are a few a minute. While the file cannot be read
 * or is empty, as it may be while it is replaced, the token read before stands, as in client-go.
 */
final class TokenFile {
  private final Path file;
  private volatile String last;

  private TokenFile(Path file, String token) {
    this.file = file;
    this.last = token;
  }

  /**
   * Reads it for the first time.
   *
   * @throws IllegalArgumentException when there is no token, naming the file
   */
  static TokenFile open(Path file) {
    String token;
    try {
      token = Files.readString(file).strip();
    } catch (IOException unreadable) {
      throw new IllegalArgumentException(
          "the token file "
              + file
              + " cannot be read ("
              + FileProblem.of(unreadable).reason()
              + "): mount the service account's token there, or name another file as tokenFile",
          unreadable);
    }
    if (token.isEmpty()) {
      throw new IllegalArgumentException(
          "the token file " + file + " is empty: write the service account's token to it");
    }
    return new TokenFile(file, token);
  }

  /** The token as it is now. */
  String token() {
    try {
      String token = Files.readString(file).strip();
      if (!token.isEmpty()) {
        last = token;
      }
    } catch (IOException beingReplaced) {
      // The server says whether the one before still serves.
    }
    return last;
  }
}
