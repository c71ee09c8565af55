package io.pointsman.agent.tls;

import io.pointsman.file.FileProblem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A file of textual encodings (RFC 7468).
 *
 * @param blocks in order; text around them is passed over
 */
record PemFile(Path path, List<Block> blocks) {
  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----(.*?)-----END \\1-----", Pattern.DOTALL);

  /**
   * @param label such as {@code CERTIFICATE}
   * @param text in Base64, perhaps with line breaks; before it headers of its own (RFC 1421)
   */
  record Block(String label, String text) {
    /**
     * The encoded bytes.
     *
     * @throws IllegalArgumentException when it is no Base64
     */
    byte[] bytes() {
      return Base64.getDecoder().decode(text.replaceAll("\\s", ""));
    }
  }

  PemFile {
    blocks = List.copyOf(blocks);
  }

  static PemFile read(Path path) throws UnusableCertificateException {
    try {
      String text = Files.readString(path, StandardCharsets.ISO_8859_1);
      return new PemFile(
          path,
          BLOCK
              .matcher(text)
              .results()
              .map(found -> new Block(found.group(1), found.group(2)))
              .toList());
    } catch (IOException e) {
      throw new UnusableCertificateException(path + " cannot be read: " + FileProblem.of(e), e);
    }
  }
}
