package io.pointsman.iptables;

import io.pointsman.net.Cidr;
import io.pointsman.net.IpFamily;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Rules as input for iptables-restore, spelled as iptables-save spells them. */
final class Printer {
  /** The builtin chains of the tables that a full text declares. */
  private static final Map<Table, List<String>> BUILTIN =
      Map.of(
          Table.MANGLE, List.of("PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"),
          Table.FILTER, List.of("INPUT", "FORWARD", "OUTPUT"),
          Table.NAT, List.of("PREROUTING", "INPUT", "OUTPUT", "POSTROUTING"));

  /** Of the rules of one chain; each costs a walk through the chain. */
  private static final int MOST_CHECKED = 50;

  private static final long CHANCE_ONE = 100_000_000_000L;

  private Printer() {}

  /** The whole ruleset, to be loaded where there is nothing. Equal rulesets give equal text. */
  static String full(IptablesRuleset ruleset) {
    Script script = new Script();
    Differ.Changeset all = Differ.diff(IptablesRuleset.EMPTY, ruleset);
    for (Table table : all.tables()) {
      script.line("*" + table.label());
      for (String builtin : BUILTIN.getOrDefault(table, List.of())) {
        script.line(":" + builtin + " ACCEPT [0:0]");
      }
      section(all, table, false, script);
      script.line("COMMIT");
    }
    return script.text();
  }

  /**
   * What changes, to be loaded with {@code --noflush}. Equal input gives equal scripts.
   *
   * @param before what is there
   */
  static Script script(IptablesRuleset before, Differ.Changeset changes) {
    Script script = new Script();
    for (Differ.Changeset stage : Stages.of(before, changes)) {
      for (Table table : stage.tables()) {
        script.line("*" + table.label());
        section(stage, table, true, script);
        script.line("COMMIT");
      }
    }
    return script;
  }

  /**
   * A script that changes nothing, and fails when a table was flushed, or when a jump into our
   * chains or a rule of those that all Services share is gone, in whatever table. What only one
   * Service has is not looked at: that would cost time in proportion to all of them at each look.
   */
  static Script check(IptablesRuleset ruleset) {
    Script script = new Script();
    for (Table table : Table.values()) {
      script.line("*" + table.label());
      List<Hook> expected = new ArrayList<>();
      ruleset.hooks().forEach(hook -> expected.add(hook.getKey()));
      ruleset.shared().forEach(hook -> expected.add(hook.getKey()));
      for (String name : ChainNames.fixed()) {
        ChainId chain = new ChainId(table, name);
        ruleset.chains().getOrDefault(chain, List.of()).stream()
            .filter(rule -> rule.matches().stream().noneMatch(Printer::isBytecode))
            .limit(MOST_CHECKED)
            .forEach(rule -> expected.add(new Hook(chain, rule)));
      }
      sorted(table, expected)
          .forEach(hook -> script.line("-C " + hook.chain().name() + rule(hook.rule()), hook));
      script.line("COMMIT");
    }
    return script;
  }

  /** The kernel keeps the program that it made of it beside it, so that it never finds it again. */
  private static boolean isBytecode(Match match) {
    return match instanceof Match.Bytecode;
  }

  /**
   * Declarations first, which make chains exist and empty them; then the rules, which may now name
   * any chain; then hooks; chains that are gone last, when nothing refers to them any more.
   */
  private static void section(
      Differ.Changeset changes, Table table, boolean inFront, Script script) {
    Map<ChainId, List<Rule>> written = in(table, changes.written());
    Set<ChainId> declared = new TreeSet<>(written.keySet());
    Set<ChainId> deleted =
        changes.deleted().stream()
            .filter(chain -> chain.table() == table)
            .collect(Collectors.toCollection(TreeSet::new));
    declared.addAll(deleted);
    changes.createdShared().stream().filter(c -> c.table() == table).forEach(declared::add);
    declared.forEach(chain -> script.line(":" + chain.name() + " - [0:0]"));
    written.forEach(script::rules);
    List<Hook> added = sorted(table, changes.addedHooks());
    String verb = inFront ? "-I " : "-A ";
    for (Hook hook : inFront ? added.reversed() : added) {
      script.line(verb + hook.chain().name() + rule(hook.rule()), hook);
    }
    for (Hook hook : sorted(table, changes.removedHooks())) {
      script.line("-D " + hook.chain().name() + rule(hook.rule()), hook);
    }
    deleted.forEach(chain -> script.line("-X " + chain.name()));
  }

  private static Map<ChainId, List<Rule>> in(Table table, Map<ChainId, List<Rule>> chains) {
    Map<ChainId, List<Rule>> sorted = new TreeMap<>();
    chains.forEach((chain, rules) -> {
      if (chain.table() == table) {
        sorted.put(chain, rules);
      }
    });
    return sorted;
  }

  private static List<Hook> sorted(Table table, Collection<Hook> hooks) {
    List<Hook> sorted = new ArrayList<>(hooks);
    sorted.removeIf(hook -> hook.chain().table() != table);
    sorted.sort(null);
    return sorted;
  }

  /** Matches and action, each with a space before it. */
  static String rule(Rule rule) {
    StringBuilder text = new StringBuilder(120);
    write(rule, text);
    return text.toString();
  }

  /** Appends what {@link #rule} gives. */
  static void write(Rule rule, StringBuilder out) {
    for (Match match : rule.matches()) {
      write(match, out);
    }
    write(rule.action(), out);
  }

  private static void write(Match match, StringBuilder out) {
    switch (match) {
      case Match.Source(Cidr cidr, boolean not) -> out.append(not(not)).append(" -s ").append(cidr);
      case Match.Destination(Cidr cidr, boolean not) ->
          out.append(not(not)).append(" -d ").append(cidr);
      case Match.InInterface(String pattern, boolean not) ->
          out.append(not(not)).append(" -i ").append(quoted(pattern));
      case Match.Proto(var protocol) -> out.append(" -p ").append(protocol.lowerCase());
      case Match.CtState(var states, boolean not) ->
          out.append(" -m conntrack").append(not(not)).append(" --ctstate ").append(joined(states));
      case Match.Comment(String text) -> out.append(" -m comment --comment ").append(quoted(text));
      case Match.DestinationPorts(var protocol, int first, int last) ->
          out.append(" -m ")
              .append(protocol.lowerCase())
              .append(" --dport ")
              .append(ports(first, last));
      case Match.SourceIsLocal() -> out.append(" -m addrtype --src-type LOCAL");
      case Match.DestinationIsLocal() -> out.append(" -m addrtype --dst-type LOCAL");
      case Match.Mark(int value, int mask, boolean not) ->
          out.append(" -m mark")
              .append(not(not))
              .append(" --mark ")
              .append(hex(value))
              .append('/')
              .append(hex(mask));
      case Match.Bytecode(var program) ->
          out.append(" -m bpf --bytecode ").append(quoted(bytecode(program)));
      case Match.Chance(long parts) ->
          out.append(" -m statistic --mode random --probability ").append(decimal(parts));
      // With two spaces, as iptables-save has it.
      case Match.CountedAs(String counter) ->
          out.append(" -m nfacct --nfacct-name  ").append(counter);
      case Match.SeenRecently(String list, int seconds, IpFamily family) ->
          out.append(" -m recent --rcheck --seconds ")
              .append(seconds)
              .append(" --reap")
              .append(list(list, family));
      case Match.RememberSource(String list, IpFamily family) ->
          out.append(" -m recent --set").append(list(list, family));
    }
  }

  private static void write(Action action, StringBuilder out) {
    switch (action) {
      case Action.Jump(String chain) -> out.append(" -j ").append(chain);
      case Action.Goto(String chain) -> out.append(" -g ").append(chain);
      case Action.Return() -> out.append(" -j RETURN");
      case Action.Accept() -> out.append(" -j ACCEPT");
      case Action.Drop() -> out.append(" -j DROP");
      case Action.Reject(IpFamily family) ->
          out.append(" -j REJECT --reject-with ")
              .append(family == IpFamily.IPV4 ? "icmp-port-unreachable" : "icmp6-port-unreachable");
      case Action.Masquerade() -> out.append(" -j MASQUERADE --random-fully");
      case Action.SetMark(int value, int mask) ->
          out.append(" -j MARK --set-xmark ").append(hex(value)).append('/').append(hex(mask));
      case Action.Dnat(var address, int port) -> {
        boolean v4 = address.family() == IpFamily.IPV4;
        out.append(" -j DNAT --to-destination ")
            .append(v4 ? "" : "[")
            .append(address)
            .append(v4 ? ":" : "]:")
            .append(port);
      }
      case Action.Foreign(String text) -> out.append(' ').append(text);
    }
  }

  /** Parts of 2^31 as the tools print them: eleven digits after the point, the last one rounded. */
  private static String decimal(long parts) {
    // In two steps: parts times 10^11 has more than 64 bits.
    long first = parts * 100_000;
    long rest = (first % Match.Chance.WHOLE) * 1_000_000;
    long digits =
        first / Match.Chance.WHOLE * 1_000_000
            + (rest + Match.Chance.WHOLE / 2) / Match.Chance.WHOLE;
    String padded = Long.toString(CHANCE_ONE + digits % CHANCE_ONE);
    return digits / CHANCE_ONE + "." + padded.substring(1);
  }

  private static String not(boolean negated) {
    return negated ? " !" : "";
  }

  private static String joined(Set<Match.State> states) {
    return states.stream().map(Enum::name).collect(Collectors.joining(","));
  }

  private static String ports(int first, int last) {
    return first == last ? Integer.toString(first) : first + ":" + last;
  }

  private static String hex(int value) {
    return "0x" + Integer.toHexString(value);
  }

  private static String bytecode(List<Match.Bytecode.Instruction> program) {
    return program.stream()
        .map(i -> i.code() + " " + i.ifTrue() + " " + i.ifFalse() + " " + i.operand())
        .collect(Collectors.joining(",", program.size() + ",", ""));
  }

  private static String list(String name, IpFamily family) {
    return " --name " + name + " --mask " + SaveParser.fullMask(family) + " --rsource";
  }

  private static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
