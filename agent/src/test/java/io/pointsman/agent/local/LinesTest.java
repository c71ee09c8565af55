package io.pointsman.agent.local;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class LinesTest {
  /** A name that holds four bytes for more than U+10FFFF, a character for each byte. */
  static final String BEYOND_UNICODE = "{\"q\u00f6\u008a\u0098\u008aments\":{}}\n";

  @Test
  void aNameThatIsNoUtf8IsRefused() {
    byte[] line = BEYOND_UNICODE.getBytes(StandardCharsets.ISO_8859_1);
    assertThatThrownBy(() -> Lines.read(new ByteArrayInputStream(line), line.length))
        .isInstanceOf(IOException.class)
        .hasMessage("the message is not UTF-8");
  }
}
