package io.pointsman.agent.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.provider.MethodSource;

/** A line is a message or refused, and what was written reads as the same. */
class LinesFuzzTest {
  private static final int LIMIT = 64 * 1024;

  static Stream<byte[]> lines() {
    return Stream.of(
            "{\"question\":\"explain\",\"arguments\":{\"from\":\"10.0.0.1\",\"to\":\"10.96.0.1:53/udp\"}}\n",
            "{\"question\":\"diff\",\"arguments\":{}}\n",
            "{\"question\":\"services\",\"arguments\":{\"names\":[\"a/b\"],\"n\":1e400,\"u\":\"\\ud83d\"}}",
            "{\"question\":\"services\",\"\\udde9\":{}}",
            LinesTest.BEYOND_UNICODE)
        .map(text -> text.getBytes(StandardCharsets.ISO_8859_1));
  }

  @MethodSource("lines")
  @Timeout(120)
  @FuzzTest(maxDuration = "3s")
  void readsAsItWasWritten(byte[] bytes) throws IOException {
    JsonNode message;
    try {
      message = Lines.read(new ByteArrayInputStream(bytes), LIMIT);
    } catch (IOException declared) {
      assertThat(declared).hasMessageMatching("(?s).+");
      return;
    }
    byte[] written = written(message);
    assertThat(written(Lines.read(new ByteArrayInputStream(written), written.length)))
        .isEqualTo(written);
  }

  private static byte[] written(JsonNode message) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    Lines.write(line, message);
    return line.toByteArray();
  }
}
