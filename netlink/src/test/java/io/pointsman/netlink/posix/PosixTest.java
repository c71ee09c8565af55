package io.pointsman.netlink.posix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PosixTest {
  @Test
  void onlyOneHoldsTheLock(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("xtables.lock");
    FileLock lock = FileLock.tryAcquire(file).orElseThrow();
    assertThat(FileLock.tryAcquire(file)).isEmpty();
    assertThat(FileLock.acquire(file, Duration.ofMillis(50))).isEmpty();
    lock.close();
    lock.close();

    FileLock next = FileLock.acquire(file, Duration.ZERO).orElseThrow();
    assertThat(FileLock.tryAcquire(file)).isEmpty();
    next.close();
  }

  @Test
  void aLockFileThatCannotBeOpenedIsNamed(@TempDir Path folder) {
    Path file = folder.resolve("missing/xtables.lock");

    assertThatThrownBy(() -> FileLock.tryAcquire(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("No such file");
  }

  @Test
  void theEffectiveUserDecides() throws IOException {
    Path status = Path.of("/proc/self/status");
    String uids =
        Files.readAllLines(status).stream()
            .filter(line -> line.startsWith("Uid:"))
            .findFirst()
            .orElseThrow();

    assertThat(Privileges.isRoot()).isEqualTo(uids.split("\\s+", -1)[2].equals("0"));
  }

  @Test
  void aDescriptorThatIsNotOpenIsNoTerminal() {
    assertThat(Terminal.isInteractive(9999)).isFalse();
  }
}
