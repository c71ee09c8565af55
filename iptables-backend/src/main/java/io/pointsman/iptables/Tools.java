package io.pointsman.iptables;

import io.pointsman.dataplane.DataplaneException;
import io.pointsman.net.IpFamily;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The iptables programs of one family in one flavour. The two flavours keep separate rules in one
 * kernel; only the one that the rest of the host uses sees them in the right order.
 *
 * @param family chooses iptables or ip6tables
 * @param flavour chooses among the installed variants
 * @param runner runs them
 */
record Tools(IpFamily family, Flavour flavour, CommandRunner runner) {
  /** The variants of the programs. */
  enum Flavour {
    NFT("-nft"),
    LEGACY("-legacy"),
    /** Whatever the host's alternatives point to. */
    DEFAULT("");

    private final String suffix;

    Flavour(String suffix) {
      this.suffix = suffix;
    }
  }

  /** How long iptables-restore waits for the xtables lock. */
  static final int LOCK_SECONDS = 5;

  private static final Duration READ_LIMIT = Duration.ofSeconds(30);

  /** The nft flavour takes time in proportion to the square of what it loads at once. */
  private static final int LINES_PER_SECOND = 500;

  private static final Pattern LINE = Pattern.compile("line:? (\\d+)", Pattern.CASE_INSENSITIVE);

  /** The kubelet's chains; which flavour has them says which one the host uses (KEP-3178). */
  private static final Pattern KUBELET =
      Pattern.compile("^:(KUBE-IPTABLES-HINT|KUBE-KUBELET-CANARY) ", Pattern.MULTILINE);

  private static final Pattern RULE = Pattern.compile("^-A ", Pattern.MULTILINE);

  /**
   * The flavour that the kubelet uses; when it left no trace, the one with more rules; when they
   * are equal, the host's default.
   *
   * @throws DataplaneException when a flavour may not be read: rules of ours in the wrong one would
   *     do nothing, or the wrong thing, and nobody would notice
   */
  static Tools choose(IpFamily family, CommandRunner runner) throws DataplaneException {
    Tools best = new Tools(family, Flavour.DEFAULT, runner);
    long most = 0;
    for (Tools tools : installed(family, runner)) {
      String rules = tools.saveIfPermitted();
      if (KUBELET.matcher(rules).find()) {
        return tools;
      }
      long count = RULE.matcher(rules).results().count();
      if (count == most) {
        best = new Tools(family, Flavour.DEFAULT, runner);
      } else if (count > most) {
        best = tools;
        most = count;
      }
    }
    return best;
  }

  /** The same programs, run by another. */
  Tools runBy(CommandRunner other) {
    return new Tools(family, flavour, other);
  }

  /** The variants that are there, by themselves or, when there are none, as the default. */
  static List<Tools> installed(IpFamily family, CommandRunner runner) {
    List<Tools> found = new ArrayList<>();
    for (Flavour flavour : Flavour.values()) {
      Tools tools = new Tools(family, flavour, runner);
      if (tools.isInstalled() && (flavour != Flavour.DEFAULT || found.isEmpty())) {
        found.add(tools);
      }
    }
    return found;
  }

  boolean isInstalled() {
    return version().isPresent();
  }

  /** What the program says of itself; empty when it is not there. */
  Optional<String> version() {
    try {
      CommandRunner.Outcome outcome =
          runner.run(
              List.of(program("save"), "--version"), CommandRunner.Input.NOTHING, READ_LIMIT);
      return outcome.exitCode() == 0 ? Optional.of(outcome.output()) : Optional.empty();
    } catch (IOException missing) {
      return Optional.empty();
    }
  }

  /**
   * Whether the rules are in nf_tables and not in x_tables. The host's default says so with its
   * version, as {@code iptables-save v1.8.9 (nf_tables)}; before 1.8 there was nothing to say.
   */
  boolean isNft() {
    return switch (flavour) {
      case NFT -> true;
      case LEGACY -> false;
      case DEFAULT -> version().filter(said -> said.contains("(nf_tables)")).isPresent();
    };
  }

  String program(String verb) {
    String base = family == IpFamily.IPV4 ? "iptables" : "ip6tables";
    return base + flavour.suffix + "-" + verb;
  }

  /**
   * What is ours in the kernel.
   *
   * @throws DataplaneException when it cannot be read
   */
  IptablesRuleset read() throws DataplaneException {
    return SaveParser.parse(save(), family);
  }

  /**
   * Rules of others that keep chains of ours from being deleted.
   *
   * @throws DataplaneException when they cannot be read
   */
  List<String> borrowers() throws DataplaneException {
    return SaveParser.borrowers(save(), family);
  }

  /** Nothing, when the kernel lacks this flavour: a kernel may well have only one. */
  String saveIfPossible() {
    try {
      return save();
    } catch (DataplaneException unavailable) {
      return "";
    }
  }

  /**
   * As {@link #saveIfPossible}, but that rights are missing says nothing about the kernel.
   *
   * @throws DataplaneException when they are
   */
  private String saveIfPermitted() throws DataplaneException {
    CommandRunner.Outcome outcome = runSave();
    if (outcome.exitCode() != 0 && isNotPermitted(outcome)) {
      throw new DataplaneException(
          explained(program("save"), outcome)
              + "; without, it cannot be told whether the host uses this flavour of iptables");
    }
    return outcome.exitCode() == 0 ? outcome.output() : "";
  }

  private String save() throws DataplaneException {
    CommandRunner.Outcome outcome = runSave();
    if (outcome.exitCode() != 0) {
      throw new DataplaneException(explained(program("save"), outcome));
    }
    return outcome.output();
  }

  private CommandRunner.Outcome runSave() throws DataplaneException {
    try {
      return runner.run(List.of(program("save")), CommandRunner.Input.NOTHING, READ_LIMIT);
    } catch (IOException failed) {
      throw cannotRun(failed, "save");
    }
  }

  /**
   * Loads a script on top of what is there.
   *
   * @throws DataplaneException when the kernel was not asked: no tool, no rights, lock held
   */
  RestoreOutcome restore(Script script) throws DataplaneException {
    CommandRunner.Outcome outcome;
    List<String> command =
        List.of(
            program("restore"), "-w", Integer.toString(LOCK_SECONDS), "--noflush", "--counters");
    try {
      outcome =
          runner.run(
              command, script::writeTo, READ_LIMIT.plusSeconds(script.lines() / LINES_PER_SECOND));
    } catch (CommandRunner.Unfinished late) {
      return new RestoreOutcome.Lost(String.valueOf(late.getMessage()));
    } catch (IOException failed) {
      throw cannotRun(failed, "restore");
    }
    if (outcome.exitCode() == 0) {
      return new RestoreOutcome.Loaded();
    }
    if (isLockHeld(outcome) || isNotPermitted(outcome)) {
      throw new DataplaneException(explained(program("restore"), outcome));
    }
    Matcher line = LINE.matcher(outcome.errors());
    return new RestoreOutcome.Refused(
        line.find() ? Optional.of(Integer.parseInt(line.group(1))) : Optional.empty(),
        outcome.errors().strip());
  }

  private DataplaneException cannotRun(IOException failed, String verb) {
    if (failed instanceof CommandRunner.Unfinished) {
      return new DataplaneException(String.valueOf(failed.getMessage()), failed);
    }
    return new DataplaneException(
        "cannot run "
            + program(verb)
            + " ("
            + failed.getMessage()
            + "); install it (Debian package 'iptables') and have it on the PATH",
        failed);
  }

  private static boolean isLockHeld(CommandRunner.Outcome outcome) {
    return outcome.errors().contains("xtables lock");
  }

  private static boolean isNotPermitted(CommandRunner.Outcome outcome) {
    String said = outcome.errors().toLowerCase(Locale.ROOT);
    return said.contains("permission denied")
        || said.contains("must be root")
        || said.contains("operation not permitted");
  }

  private static String explained(String program, CommandRunner.Outcome outcome) {
    String advice =
        isLockHeld(outcome)
            ? "; another program holds /run/xtables.lock for too long, find it with fuser"
            : isNotPermitted(outcome) ? "; run as root, with CAP_NET_ADMIN and CAP_NET_RAW" : "";
    return program
        + " ended with code "
        + outcome.exitCode()
        + ": "
        + outcome.errors().strip()
        + advice;
  }
}
