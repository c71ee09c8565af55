package io.pointsman.iptables;

import io.pointsman.net.Cidr;
import io.pointsman.net.IpAddress;
import io.pointsman.net.IpFamily;
import io.pointsman.net.Protocol;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads the words of one rule: the inverse of {@link Printer#rule}. */
final class RuleReader {
  /** The rule is like none that we write. */
  private static final class Unfamiliar extends RuntimeException {
    private static final long serialVersionUID = 1;

    Unfamiliar(String word) {
      super("not in our rules: " + word, null, false, false);
    }
  }

  private final List<String> words;
  private final IpFamily family;
  private final List<Match> matches = new ArrayList<>();
  private int position;
  private boolean negated;

  RuleReader(List<String> words, IpFamily family) {
    this.words = words;
    this.family = family;
  }

  /** The rule, or empty when it has a part that we never write. */
  Optional<Rule> read() {
    try {
      while (true) {
        String word = next();
        if (word.equals("-j") || word.equals("-g")) {
          Action action = word.equals("-j") ? action(next()) : new Action.Goto(next());
          Rule rule = new Rule(matches, action);
          return position == words.size() ? Optional.of(rule) : Optional.empty();
        }
        match(word);
      }
    } catch (Unfamiliar | IllegalArgumentException unlikeOurs) {
      return Optional.empty();
    }
  }

  private String next() {
    if (position == words.size()) {
      throw new Unfamiliar("end of rule");
    }
    return words.get(position++);
  }

  private void expect(String word) {
    String found = next();
    if (!found.equals(word)) {
      throw new Unfamiliar(found);
    }
  }

  private boolean skip(String word) {
    boolean found = position < words.size() && words.get(position).equals(word);
    position += found ? 1 : 0;
    return found;
  }

  private void match(String word) {
    switch (word) {
      case "!" -> negated = true;
      case "-s" -> add(new Match.Source(cidr(next()), takeNegation()));
      case "-d" -> add(new Match.Destination(cidr(next()), takeNegation()));
      case "-i" -> add(new Match.InInterface(next(), takeNegation()));
      case "-p" -> add(new Match.Proto(protocol(next())));
      case "-m" -> extension(next());
      default -> throw new Unfamiliar(word);
    }
  }

  private void add(Match match) {
    if (negated) {
      throw new Unfamiliar("!");
    }
    matches.add(match);
  }

  private boolean takeNegation() {
    boolean was = negated;
    negated = false;
    return was;
  }

  private void extension(String name) {
    negated = skip("!");
    switch (name) {
      case "conntrack" -> {
        expect("--ctstate");
        add(new Match.CtState(states(next()), takeNegation()));
      }
      case "comment" -> {
        expect("--comment");
        add(new Match.Comment(next()));
      }
      case "tcp", "udp", "sctp" -> {
        expect("--dport");
        String[] range = next().split(":", 2);
        add(
            new Match.DestinationPorts(
                protocol(name),
                Integer.parseInt(range[0]),
                Integer.parseInt(range[range.length - 1])));
      }
      case "addrtype" -> {
        boolean source = skip("--src-type");
        if (!source) {
          expect("--dst-type");
        }
        expect("LOCAL");
        add(source ? new Match.SourceIsLocal() : new Match.DestinationIsLocal());
      }
      case "mark" -> {
        expect("--mark");
        int[] mark = mark(next());
        add(new Match.Mark(mark[0], mark[1], takeNegation()));
      }
      case "bpf" -> {
        expect("--bytecode");
        add(new Match.Bytecode(program(next())));
      }
      case "statistic" -> {
        expect("--mode");
        expect("random");
        expect("--probability");
        add(new Match.Chance(Math.round(Double.parseDouble(next()) * Match.Chance.WHOLE)));
      }
      case "recent" -> recent();
      case "nfacct" -> {
        expect("--nfacct-name");
        add(new Match.CountedAs(next()));
      }
      default -> throw new Unfamiliar(name);
    }
  }

  private void recent() {
    boolean set = skip("--set");
    int seconds = 0;
    if (!set) {
      expect("--rcheck");
      expect("--seconds");
      seconds = Integer.parseInt(next());
      expect("--reap");
    }
    expect("--name");
    String list = next();
    expect("--mask");
    expect(SaveParser.fullMask(family));
    expect("--rsource");
    add(
        set
            ? new Match.RememberSource(list, family)
            : new Match.SeenRecently(list, seconds, family));
  }

  private Action action(String target) {
    return switch (target) {
      case "RETURN" -> new Action.Return();
      case "ACCEPT" -> new Action.Accept();
      case "DROP" -> new Action.Drop();
      case "REJECT" -> {
        expect("--reject-with");
        expect(family == IpFamily.IPV4 ? "icmp-port-unreachable" : "icmp6-port-unreachable");
        yield new Action.Reject(family);
      }
      case "MASQUERADE" -> {
        expect("--random-fully");
        yield new Action.Masquerade();
      }
      case "MARK" -> {
        expect("--set-xmark");
        int[] mark = mark(next());
        yield new Action.SetMark(mark[0], mark[1]);
      }
      case "DNAT" -> {
        expect("--to-destination");
        yield dnat(next());
      }
      default -> {
        if (!target.contains("-")) {
          throw new Unfamiliar(target);
        }
        yield new Action.Jump(target);
      }
    };
  }

  private static Action dnat(String destination) {
    int colon = destination.lastIndexOf(':');
    if (colon < 0) {
      throw new Unfamiliar(destination);
    }
    String host = destination.substring(0, colon);
    String address =
        host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    return new Action.Dnat(
        IpAddress.of(address), Integer.parseInt(destination.substring(colon + 1)));
  }

  private static Cidr cidr(String text) {
    return text.contains("/") ? Cidr.of(text) : Cidr.single(IpAddress.of(text));
  }

  private static Protocol protocol(String name) {
    return Protocol.named(name).orElseThrow(() -> new Unfamiliar(name));
  }

  private static Set<Match.State> states(String list) {
    Set<Match.State> states = EnumSet.noneOf(Match.State.class);
    for (String state : list.split(",", -1)) {
      states.add(Match.State.valueOf(state));
    }
    return states;
  }

  private static int[] mark(String text) {
    String[] parts = text.split("/", 2);
    int value = Integer.parseUnsignedInt(parts[0].replace("0x", ""), 16);
    return new int[] {
      value, parts.length == 1 ? -1 : Integer.parseUnsignedInt(parts[1].replace("0x", ""), 16)
    };
  }

  private static List<Match.Bytecode.Instruction> program(String text) {
    String[] parts = text.strip().split(",", -1);
    return Arrays.stream(parts)
        .skip(1)
        .filter(part -> !part.isBlank())
        .map(RuleReader::instruction)
        .toList();
  }

  private static Match.Bytecode.Instruction instruction(String text) {
    String[] fields = text.strip().split(" +", -1);
    if (fields.length != 4) {
      throw new Unfamiliar(text);
    }
    return new Match.Bytecode.Instruction(
        Integer.parseInt(fields[0]),
        Integer.parseInt(fields[1]),
        Integer.parseInt(fields[2]),
        Integer.parseInt(fields[3]));
  }
}
