package io.pointsman.iptables;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pointsman.dataplane.DataplaneException;
import io.pointsman.net.IpFamily;
import io.pointsman.netlink.posix.FileLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** flock(1) takes the lock for iptables-restore, and tells how long it waited. */
@Timeout(60)
class UnderLockTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final String VERSION = "iptables-save v1.8.9 (legacy)\n";
  private static final String TOOK = "flock: getting lock took 0.000006 seconds\n";
  private static final List<String> RESTORE = List.of("iptables-legacy-restore", "--noflush");

  @TempDir private Path folder;

  private final List<Duration> told = new ArrayList<>();

  private Path lock() {
    return folder.resolve("lock");
  }

  private UnderLock under(Tools tools) {
    UnderLock lock = UnderLock.of(tools, lock()).orElseThrow();
    lock.tell(told::add);
    return lock;
  }

  /** Legacy tools whose trial says this and whose every other run ends like that. */
  private static Tools scripted(String trial, CommandRunner.Outcome run) {
    return new Tools(
        IpFamily.IPV4,
        Tools.Flavour.LEGACY,
        (command, environment, input, limit) ->
            command.getLast().equals("--version") ? new CommandRunner.Outcome(0, trial, "") : run);
  }

  private static Script oneChain() {
    return Printer.script(
        IptablesRuleset.EMPTY,
        new Differ.Changeset(
            Map.of(new ChainId(Table.MANGLE, ChainNames.PROBE), List.of()),
            Set.of(),
            Set.of(),
            List.of(),
            Set.of()));
  }

  @ParameterizedTest
  @EnumSource
  void itWaitsForWhoHasItAndTellsHowLong(IpFamily family) throws Exception {
    try (Sandbox sandbox = Sandbox.create()) {
      Tools tools = sandbox.tools(family, Tools.Flavour.LEGACY);
      Tools locking = tools.runBy(under(tools));
      FutureTask<RestoreOutcome> restore = new FutureTask<>(() -> locking.restore(oneChain()));
      Duration seen;
      try (FileLock held = FileLock.tryAcquire(lock()).orElseThrow()) {
        Thread.ofPlatform().daemon().start(restore);
        awaitLine(isWaiting(lock()));
        long start = System.nanoTime();
        assertThat(restore.isDone()).as("while %s is held", held).isFalse();
        seen = Duration.ofNanos(System.nanoTime() - start);
      }
      assertThat(restore.get()).isEqualTo(new RestoreOutcome.Loaded());
      assertThat(sandbox.saved(tools)).contains(ChainNames.PROBE);
      assertThat(told).hasSize(1);
      assertThat(told.getFirst()).isGreaterThan(seen.minusNanos(1000));
      assertThat(FileLock.tryAcquire(lock())).as("given back").isPresent();
    }
  }

  /** proc_locks(5): who is blocked has an arrow. */
  private static Predicate<String> isWaiting(Path file) throws IOException {
    String inode = ":" + Files.getAttribute(file, "unix:ino") + " ";
    return line -> line.contains("-> FLOCK") && line.contains(inode);
  }

  private static void awaitLine(Predicate<String> wanted) throws IOException {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (Files.readAllLines(Path.of("/proc/locks")).stream().noneMatch(wanted)) {
      assertThat(System.nanoTime() - deadline).as("never seen in /proc/locks").isNegative();
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
    }
  }

  @Test
  void whatFlockHasStartedEndsWithIt() throws Exception {
    Path started = folder.resolve("started");
    List<String> command =
        List.of("flock", lock().toString(), "sh", "-c", "echo >" + started + "; exec sleep 1000");
    CompletableFuture<Throwable> end = new CompletableFuture<>();
    Thread running =
        Thread.ofPlatform()
            .daemon()
            .start(() -> {
              try {
                CommandRunner.ofHost().run(command, CommandRunner.Input.NOTHING, LIMIT);
              } catch (IOException unfinished) {
                end.complete(unfinished);
              }
            });
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (Files.notExists(started)) {
      assertThat(System.nanoTime() - deadline).as("never started").isNegative();
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
    }
    running.interrupt();
    assertThat(end.get(30, TimeUnit.SECONDS)).isInstanceOf(CommandRunner.Unfinished.class);
    assertThat(FileLock.acquire(lock(), LIMIT)).as("nobody holds it").isPresent();
  }

  @Test
  void aLockThatIsNeverHadIsToldAsByTheToolItself() throws Exception {
    UnderLock lock =
        under(
            scripted(
                TOOK + VERSION,
                new CommandRunner.Outcome(75, "", "flock: timeout while waiting to get lock")));
    Tools tools = new Tools(IpFamily.IPV4, Tools.Flavour.LEGACY, lock);
    assertThatThrownBy(() -> tools.restore(oneChain()))
        .isInstanceOf(DataplaneException.class)
        .hasMessageContaining("iptables-legacy-restore ended with code 4: Another app is")
        .hasMessageContaining("another program holds /run/xtables.lock");
    assertThat(told).containsExactly(Duration.ofSeconds(5));
  }

  @Test
  void whatTheToolSaysIsKept() throws Exception {
    CommandRunner.Outcome refused = new CommandRunner.Outcome(1, TOOK, "line 2 failed");
    UnderLock lock = under(scripted(TOOK + VERSION, refused));
    assertThat(lock.run(RESTORE, CommandRunner.Input.NOTHING, LIMIT)).isEqualTo(refused);
    assertThat(told).containsExactly(Duration.ofNanos(6_000));
  }

  /** flock(1) would let others open it, and whoever can open it can lock it. */
  @Test
  void aLockFileThatItMakesIsItsOwnersAlone() throws Exception {
    under(scripted(TOOK + VERSION, new CommandRunner.Outcome(0, TOOK, "")))
        .run(RESTORE, CommandRunner.Input.NOTHING, LIMIT);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(lock())))
        .isEqualTo("rw-------");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        TOOK + "iptables-save v1.8.5 (legacy)\n",
        TOOK + "iptables-save v1.6.1\n",
        TOOK + "iptables-save v1.8 (legacy)\n",
        VERSION,
        ""
      })
  void withoutTheRightToolsAllIsAsTheToolDoesIt(String trial) {
    assertThat(UnderLock.of(scripted(trial, new CommandRunner.Outcome(0, "", "")), lock()))
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"v1.8.6", "v1.8.10", "v1.10.0", "v2.0.0"})
  void newerToolsLetItBeTaken(String version) {
    String trial = TOOK + "iptables-save " + version + " (legacy)\n";
    assertThat(UnderLock.of(scripted(trial, new CommandRunner.Outcome(0, "", "")), lock()))
        .isPresent();
  }

  @Test
  void withoutFlockOrInTheOtherFlavourItIsNotTaken() {
    CommandRunner missing =
        (command, environment, input, limit) -> {
          throw new IOException("Cannot run program \"flock\"");
        };
    assertThat(UnderLock.of(new Tools(IpFamily.IPV4, Tools.Flavour.LEGACY, missing), lock()))
        .isEqualTo(Optional.empty());
    Tools nft =
        new Tools(
            IpFamily.IPV4,
            Tools.Flavour.NFT,
            (command, environment, input, limit) -> {
              throw new AssertionError("nothing to try");
            });
    assertThat(UnderLock.of(nft, lock())).isEmpty();
  }
}
