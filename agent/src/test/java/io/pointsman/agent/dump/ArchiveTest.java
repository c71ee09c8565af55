package io.pointsman.agent.dump;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pointsman.dataplane.DataplaneException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The archive that tar itself opens is in DumpCommandTest. */
class ArchiveTest {
  private static byte[] bytes(Archive.Part... parts) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new Archive(List.of(parts)).writeTo(out, Instant.ofEpochSecond(8));
    return out.toByteArray();
  }

  @Test
  void eachMemberHasAHeadAndWholeBlocks() throws IOException {
    byte[] tar =
        bytes(
            new Archive.Part("empty", () -> Content.text("")),
            new Archive.Part("a", () -> Content.text("ä".repeat(256))));
    assertThat(tar).hasSize(512 + 512 + 512 + 1024);
    String text = new String(tar, StandardCharsets.ISO_8859_1);
    assertThat(text.substring(512)).startsWith("a\0");
    assertThat(text.substring(512 + 124, 512 + 136)).as("octal size").isEqualTo("00000001000\0");
    assertThat(text.substring(512 + 136, 512 + 148)).as("time").isEqualTo("00000000010\0");
    assertThat(text.substring(512 + 257, 512 + 265)).isEqualTo("ustar\00000");
    assertThat(text.substring(1536)).as("the end").isEqualTo("\0".repeat(1024));
  }

  @Test
  void whatCannotBeMadeIsNamedAndKeepsNoOtherAway() throws IOException {
    String tar =
        new String(
            bytes(
                new Archive.Part(
                    "kernel.txt",
                    () -> {
                      throw new DataplaneException("not permitted; run as root");
                    }),
                new Archive.Part("log.txt", () -> Content.text("said"))),
            StandardCharsets.US_ASCII);
    assertThat(tar)
        .startsWith("log.txt\0")
        .contains("said", "kernel.txt: not permitted; run as root\n");
  }

  @Test
  void aContentThatChangesBreaksOff() {
    AtomicInteger times = new AtomicInteger();
    assertThatThrownBy(() ->
            bytes(
                new Archive.Part(
                    "a",
                    () -> Content.written(out -> out.write("x".repeat(times.incrementAndGet()))))))
        .isInstanceOf(IOException.class)
        .hasMessage("a had 1 bytes and then 2: it changes");
  }
}
