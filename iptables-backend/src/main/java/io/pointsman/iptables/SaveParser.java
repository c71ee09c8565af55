package io.pointsman.iptables;

import io.pointsman.net.IpFamily;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads what iptables-save prints, in the spelling of both flavours.
 *
 * <p>Our chains are read whole; a rule in them that is like none of ours becomes {@link
 * Action.Foreign} and so differs from whatever should stand there. Of other chains only jumps from
 * builtin chains to ours are read, and rules in shared chains.
 */
final class SaveParser {
  private static final String IPV4_MASK = "255.255.255.255";
  private static final String IPV6_MASK = "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff";
  // Possessive: the matcher must not go one call deeper with each character.
  private static final Pattern TOKEN =
      Pattern.compile("\"([^\"\\\\]*+(?:\\\\.[^\"\\\\]*+)*+)\"|(\\S+)");
  private static final Pattern CHAIN = Pattern.compile(":(\\S+) (\\S+) .*");
  private static final Pattern RULE = Pattern.compile("(?:\\[\\d+:\\d+] )?-A (\\S+)( .*|)");

  private final IpFamily family;
  private final Map<ChainId, List<Rule>> owned = new HashMap<>();
  private final List<ChainId> shared = new ArrayList<>();
  private final List<Hook> hooks = new ArrayList<>();

  /** Rules of others that lead to chains of ours, as iptables-save prints them with their table. */
  private final List<String> borrowers = new ArrayList<>();

  private SaveParser(IpFamily family) {
    this.family = family;
  }

  /** The part of the tables that is ours. Text that is not understood is somebody else's. */
  static IptablesRuleset parse(String text, IpFamily family) {
    return read(text, family).result();
  }

  /**
   * Rules of others that lead to chains of ours, but for those that we lend, such as {@code table
   * nat: -A THEIRS -j KUBE-SVC-…}: while they are there, the chains cannot be deleted.
   */
  static List<String> borrowers(String text, IpFamily family) {
    return read(text, family).borrowers;
  }

  private static SaveParser read(String text, IpFamily family) {
    SaveParser parser = new SaveParser(family);
    Optional<Table> table = Optional.empty();
    for (String line : text.lines().toList()) {
      if (line.startsWith("*")) {
        table = Table.named(line.substring(1).strip());
      } else if (table.isPresent()) {
        parser.line(table.get(), line);
      }
    }
    return parser;
  }

  /** As iptables-save prints the mask of a recent list that tells every address apart. */
  static String fullMask(IpFamily family) {
    return family == IpFamily.IPV4 ? IPV4_MASK : IPV6_MASK;
  }

  private IptablesRuleset result() {
    IptablesRuleset ruleset = IptablesRuleset.EMPTY;
    for (Map.Entry<ChainId, List<Rule>> chain : owned.entrySet()) {
      ruleset = ruleset.withChain(chain.getKey(), chain.getValue());
    }
    for (ChainId chain : shared) {
      ruleset = ruleset.withSharedChain(chain);
    }
    for (Hook hook : hooks) {
      ruleset = ruleset.withHook(hook);
    }
    return ruleset;
  }

  private void line(Table table, String line) {
    Matcher chain = CHAIN.matcher(line);
    if (chain.matches()) {
      declared(table, chain.group(1));
      return;
    }
    Matcher rule = RULE.matcher(line);
    if (rule.matches()) {
      appended(table, rule.group(1), rule.group(2).strip());
    }
  }

  private void declared(Table table, String name) {
    if (ChainNames.isOwned(name)) {
      owned.put(new ChainId(table, name), new ArrayList<>());
    } else if (ChainNames.isShared(name)) {
      shared.add(new ChainId(table, name));
    }
  }

  private void appended(Table table, String chain, String text) {
    if (ChainNames.isOwned(chain)) {
      owned.computeIfAbsent(new ChainId(table, chain), absent -> new ArrayList<>()).add(rule(text));
    } else if (leadsTo(text, ChainNames::isLent)) {
      shared.add(new ChainId(table, ChainNames.MARK_MASQ));
    } else if (!isBuiltin(chain) && leadsTo(text, ChainNames::isOwned)) {
      borrowers.add("table " + table.label() + ": -A " + chain + " " + text);
      target(text).ifPresent(borrowed -> shared.add(new ChainId(table, borrowed)));
    } else if (ChainNames.isShared(chain)) {
      hooks.add(new Hook(new ChainId(table, chain), rule(text)));
    } else if (isBuiltin(chain)
        && leadsTo(text, to -> ChainNames.isOwned(to) || ChainNames.isShared(to))) {
      hooks.add(new Hook(new ChainId(table, chain), verbatim(text)));
    }
  }

  /**
   * A rule that may have to be deleted: the legacy kernel finds it only under the same matches in
   * the same order, so that a spelling unlike ours is kept as it is.
   */
  private Rule verbatim(String text) {
    Rule rule = rule(text);
    return Printer.rule(rule).strip().equals(text) ? rule : Rule.of(new Action.Foreign(text));
  }

  private static boolean isBuiltin(String chain) {
    return switch (chain) {
      case "PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING" -> true;
      default -> false;
    };
  }

  private static boolean leadsTo(String text, Predicate<String> chains) {
    return target(text).filter(chains).isPresent();
  }

  /** The last one that is named: the text of a comment may look like a target, but comes before. */
  private static Optional<String> target(String text) {
    List<String> tokens = tokens(text);
    Optional<String> target = Optional.empty();
    for (int i = 0; i + 1 < tokens.size(); i++) {
      if (tokens.get(i).equals("-j") || tokens.get(i).equals("-g")) {
        target = Optional.of(tokens.get(i + 1));
      }
    }
    return target;
  }

  private Rule rule(String text) {
    return new RuleReader(tokens(text), family)
        .read()
        .orElseGet(() -> Rule.of(new Action.Foreign(text)));
  }

  private static List<String> tokens(String text) {
    List<String> tokens = new ArrayList<>();
    Matcher matcher = TOKEN.matcher(text);
    while (matcher.find()) {
      String quoted = matcher.group(1);
      tokens.add(quoted == null ? matcher.group(2) : quoted.replaceAll("\\\\(.)", "$1"));
    }
    return tokens;
  }
}
