package io.pointsman.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.EOFException;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Failures that the JDK itself makes, but for those that need another user or a full disk. */
class FileProblemTest {
  @TempDir Path folder;

  private interface Attempt {
    Object make() throws IOException;
  }

  private static String reason(Attempt attempt) {
    try {
      return "no failure, but " + attempt.make();
    } catch (IOException failure) {
      return FileProblem.of(failure).reason();
    }
  }

  @Test
  void whatCannotBeRead() throws IOException {
    Path none = folder.resolve("none");
    Path file = Files.write(folder.resolve("file"), new byte[] {(byte) 0xff});
    Path circle = Files.createSymbolicLink(folder.resolve("circle"), Path.of("circle"));
    assertThat(reason(() -> Files.readString(none))).isEqualTo("no such file or folder");
    assertThat(reason(() -> new FileInputStream(none.toFile())))
        .isEqualTo("no such file or folder");
    assertThat(reason(() -> Files.readString(folder))).isEqualTo("it is a folder");
    assertThat(reason(() -> new FileInputStream(folder.toFile()))).isEqualTo("it is a folder");
    assertThat(reason(() -> Files.readString(file.resolve("below"))))
        .isEqualTo("a part of the path is no folder");
    assertThat(reason(() -> Files.readString(circle)))
        .isEqualTo("its symbolic links lead in a circle");
    assertThat(reason(() -> Files.readString(file, StandardCharsets.UTF_8)))
        .isEqualTo("it is not UTF-8 text");
    assertThat(
            reason(() -> {
              try (var entries = Files.newDirectoryStream(file)) {
                return entries;
              }
            }))
        .isEqualTo("it is no folder");
  }

  @Test
  void whatCannotBeWritten() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "x");
    assertThat(reason(() -> Files.writeString(folder, "x"))).isEqualTo("it is a folder");
    assertThat(reason(() -> Files.writeString(folder.resolve("a/b"), "x")))
        .isEqualTo("no such file or folder");
    assertThat(reason(() -> Files.writeString(file, "x", StandardOpenOption.CREATE_NEW)))
        .isEqualTo("it is there already");
    assertThat(reason(() -> Files.writeString(folder.resolve("x".repeat(300)), "x")))
        .isEqualTo("the name is too long");
    assertThat(reason(() -> Files.writeString(Path.of("/dev/full"), "x")))
        .isEqualTo("no space left");
  }

  @Test
  void whatIsHardToProvoke() {
    assertThat(FileProblem.of(new AccessDeniedException("/x")))
        .hasToString(
            "permission denied; check owner and mode of it and of the folders above, and who runs"
                + " this");
    assertThat(FileProblem.of(new FileSystemException("/x", null, "Read-only file system")))
        .hasToString("the file system is read-only; name another place");
    assertThat(FileProblem.of(new FileSystemException("/x"))).hasToString("FileSystemException");
    assertThat(FileProblem.of(new EOFException())).hasToString("it ends too early");
    assertThat(FileProblem.of(new IOException("Connection refused")))
        .hasToString("Connection refused");
  }
}
