package io.pointsman.iptables;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Runs iptables-restore under the xtables lock, and tells how long it waited for that. A tool of
 * the legacy flavour takes the lock within its own process and says nothing of its wait; so
 * flock(1) takes it and starts the tool. It waits in the kernel's queue as the tool would, and the
 * tool holds what it inherits until its end, whoever is killed meanwhile. The lock that the tool
 * takes by itself is then that of a file which only this process has.
 */
final class UnderLock implements CommandRunner {
  /** What the tools lock, unless the variable names another file; iptables(8). */
  private static final String LOCK = "/run/xtables.lock";

  private static final String LOCK_VARIABLE = "XTABLES_LOCKFILE";

  /** The first iptables that heeds the variable; an older one would wait for its own parent. */
  private static final int[] HEEDED_SINCE = {1, 8, 6};

  /** Each process has its own; it can be locked like any other file, and needs no place. */
  private static final String PRIVATE_FILE = "/proc/self/status";

  private static final Map<String, String> ENVIRONMENT =
      Map.of(LOCK_VARIABLE, PRIVATE_FILE, "LC_ALL", "C");

  /** EX_TEMPFAIL of sysexits.h, with which no tool ends by itself. */
  private static final int HELD = 75;

  /** Words and exit code of the tool itself. */
  private static final Outcome GAVE_UP =
      new Outcome(
          4,
          "",
          "Another app is currently holding the xtables lock. Stopped waiting after "
              + Tools.LOCK_SECONDS
              + "s.");

  private static final Duration TRIAL_LIMIT = Duration.ofSeconds(30);
  private static final Pattern TOOK =
      Pattern.compile("^flock: getting lock took (\\d+)\\.(\\d{6}) seconds$", Pattern.MULTILINE);
  private static final Pattern VERSION = Pattern.compile("\\bv(\\d+)\\.(\\d+)\\.(\\d+)\\b");

  private final CommandRunner runner;
  private final String restore;
  private final Path lock;
  private Consumer<Duration> listener = wait -> {};

  private UnderLock(CommandRunner runner, String restore, Path lock) {
    this.runner = runner;
    this.restore = restore;
    this.lock = lock;
  }

  /** As the other, with the lock of this host. */
  static Optional<UnderLock> of(Tools tools) {
    return of(tools, file());
  }

  /** What the legacy tools of this host lock. */
  static Path file() {
    String named = System.getenv().getOrDefault(LOCK_VARIABLE, "");
    return Path.of(named.isEmpty() ? LOCK : named);
  }

  /**
   * Tries it with a command that changes nothing.
   *
   * @return empty where these tools take no lock, do not let another take it for them, or flock(1)
   *     is not that of util-linux
   */
  static Optional<UnderLock> of(Tools tools, Path lock) {
    if (tools.isNft()) {
      return Optional.empty();
    }
    try {
      Outcome said =
          tools
              .runner()
              .run(
                  flock(PRIVATE_FILE, List.of(tools.program("save"), "--version")),
                  ENVIRONMENT,
                  Input.NOTHING,
                  TRIAL_LIMIT);
      return waited(said).isPresent() && isHeeded(said.output())
          ? Optional.of(new UnderLock(tools.runner(), tools.program("restore"), lock))
          : Optional.empty();
    } catch (IOException missing) {
      return Optional.empty();
    }
  }

  private static boolean isHeeded(String said) {
    Matcher version = VERSION.matcher(said);
    return version.find()
        && Arrays.compare(
                new int[] {number(version, 1), number(version, 2), number(version, 3)},
                HEEDED_SINCE)
            >= 0;
  }

  private static int number(Matcher found, int group) {
    return Integer.parseInt(found.group(group));
  }

  /** From now on told of each wait, on the thread that runs; one in vain counts with its limit. */
  void tell(Consumer<Duration> next) {
    listener = next;
  }

  @Override
  public Outcome run(
      List<String> command, Map<String, String> environment, Input input, Duration limit)
      throws IOException {
    if (!command.getFirst().equals(restore)) {
      return runner.run(command, environment, input, limit);
    }
    makeLockFile();
    Map<String, String> variables = new HashMap<>(environment);
    variables.putAll(ENVIRONMENT);
    Outcome outcome = runner.run(flock(lock.toString(), command), variables, input, limit);
    Optional<Duration> wait = waited(outcome);
    boolean gaveUp = wait.isEmpty() && outcome.exitCode() == HELD;
    wait.ifPresent(listener);
    if (gaveUp) {
      listener.accept(Duration.ofSeconds(Tools.LOCK_SECONDS));
    }
    return gaveUp ? GAVE_UP : outcome;
  }

  /** By flock(1), everybody could open it, and so lock it. Where it cannot be, that says so. */
  private void makeLockFile() {
    if (Files.notExists(lock)) {
      try {
        Files.createFile(
            lock,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      } catch (FileAlreadyExistsException faster) {
        // By a tool, which makes it the same.
      } catch (IOException refused) {
        // flock(1) is refused, too, and tells why.
      }
    }
  }

  /** Not with --no-fork: what it has said is then lost in its buffer. */
  private static List<String> flock(String lock, List<String> command) {
    List<String> whole =
        new ArrayList<>(
            List.of(
                "flock",
                "--verbose",
                "--timeout",
                Integer.toString(Tools.LOCK_SECONDS),
                "--conflict-exit-code",
                Integer.toString(HELD),
                lock));
    whole.addAll(command);
    return whole;
  }

  private static Optional<Duration> waited(Outcome outcome) {
    Matcher took = TOOK.matcher(outcome.output());
    return took.find()
        ? Optional.of(
            Duration.ofSeconds(Long.parseLong(took.group(1)))
                .plusNanos(1000 * Long.parseLong(took.group(2))))
        : Optional.empty();
  }
}
