package io.pointsman.iptables;

import io.pointsman.net.Cidr;
import io.pointsman.net.IpFamily;
import io.pointsman.net.Protocol;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** One condition of a rule, after iptables-extensions(8). */
public sealed interface Match {
  /** {@code -s}. */
  record Source(Cidr cidr, boolean negated) implements Match {}

  /** {@code -d}. */
  record Destination(Cidr cidr, boolean negated) implements Match {}

  /** {@code -i}; a final {@code +} stands for any rest of the name. */
  record InInterface(String pattern, boolean negated) implements Match {
    static final int MAX_LENGTH = 15;

    public InInterface {
      if (pattern.isEmpty()
          || pattern.length() > MAX_LENGTH
          || !pattern.chars().allMatch(c -> c > ' ' && c < 127)) {
        throw new IllegalArgumentException(
            "'"
                + pattern
                + "' is no interface name; use 1 to 15 printable ASCII characters without spaces");
      }
    }
  }

  /** {@code -p}. */
  record Proto(Protocol protocol) implements Match {}

  /** {@code -m conntrack --ctstate}. */
  record CtState(Set<State> states, boolean negated) implements Match {
    public CtState {
      states = Collections.unmodifiableSet(new TreeSet<>(states));
    }

    static CtState of(State... states) {
      return new CtState(Set.of(states), false);
    }
  }

  /** Connection states, in the order in which the tools print them. */
  enum State {
    INVALID,
    NEW,
    RELATED,
    ESTABLISHED,
    UNTRACKED,
    SNAT,
    DNAT
  }

  /**
   * {@code -m comment}: always true, for people.
   *
   * @param text printable ASCII; other characters become {@code _}; cut at 255 characters ({@code
   *     XT_MAX_COMMENT_LEN} of linux/netfilter/xt_comment.h less the final zero)
   */
  record Comment(String text) implements Match {
    private static final int MAX_LENGTH = 255;

    public Comment {
      StringBuilder clean = new StringBuilder(text.length());
      text.chars()
          .limit(MAX_LENGTH)
          .forEach(c -> clean.append(c < ' ' || c > '~' || c == '"' || c == '\\' ? '_' : (char) c));
      text = clean.toString();
    }
  }

  /** {@code -m tcp --dport FIRST:LAST}, and for udp and sctp alike; needs {@link Proto}. */
  record DestinationPorts(Protocol protocol, int first, int last) implements Match {
    static DestinationPorts only(Protocol protocol, int port) {
      return new DestinationPorts(protocol, port, port);
    }
  }

  /** {@code -m addrtype --src-type LOCAL}: the address is the node's own. */
  record SourceIsLocal() implements Match {}

  /** {@code -m addrtype --dst-type LOCAL}: the address is the node's own. */
  record DestinationIsLocal() implements Match {}

  /** {@code -m mark}: the packet mark under the mask has this value. */
  record Mark(int value, int mask, boolean negated) implements Match {}

  /**
   * {@code -m bpf --bytecode}: the program, which sees the packet from its IP header on, accepts.
   */
  record Bytecode(List<Instruction> program) implements Match {
    public Bytecode {
      program = List.copyOf(program);
    }

    /** One {@code struct sock_filter} of linux/filter.h. */
    public record Instruction(int code, int ifTrue, int ifFalse, int operand) {}
  }

  /** {@code -m statistic --mode random}: true {@code parts} times in 2^31. */
  record Chance(long parts) implements Match {
    static final long WHOLE = 1L << 31;

    public Chance {
      if (parts < 0 || parts > WHOLE) {
        throw new IllegalArgumentException(parts + " in 2^31 is no chance");
      }
    }

    /** True one time in {@code n}. */
    static Chance oneIn(int n) {
      return new Chance(Math.round((double) WHOLE / n));
    }
  }

  /**
   * {@code -m nfacct}: counts the packet; always true.
   *
   * @param counter name of a counter that exists when the rule is loaded
   */
  record CountedAs(String counter) implements Match {}

  /** {@code -m recent --rcheck --reap}: the source was put on the list within these seconds. */
  record SeenRecently(String list, int seconds, IpFamily family) implements Match {}

  /** {@code -m recent --set}: puts the source on the list; always true. */
  record RememberSource(String list, IpFamily family) implements Match {}

  /**
   * The place among the matches of a rule: the order in which iptables-save prints the header's.
   */
  default int rank() {
    return switch (this) {
      case Source ignored -> 0;
      case Destination ignored -> 1;
      case InInterface ignored -> 2;
      case Proto ignored -> 3;
      case CtState ignored -> 4;
      case Comment ignored -> 5;
      case DestinationPorts ignored -> 6;
      case SourceIsLocal ignored -> 7;
      case DestinationIsLocal ignored -> 8;
      case Mark ignored -> 9;
      case Bytecode ignored -> 10;
      case Chance ignored -> 11;
      case SeenRecently ignored -> 12;
      case RememberSource ignored -> 13;
      case CountedAs ignored -> 14;
    };
  }
}
