package io.pointsman.nftables;

import io.pointsman.net.Cidr;
import io.pointsman.net.IpFamily;
import io.pointsman.net.Protocol;
import io.pointsman.plan.LocalDetector;
import io.pointsman.plan.NodeContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The rules of chains that Services share. */
final class ShapeChains {
  private final NodeContext context;
  private final IpFamily family;

  ShapeChains(NodeContext context) {
    this.context = context;
    this.family = context.family();
  }

  Chain of(SharedChain chain) {
    return new Chain(
        Optional.empty(),
        switch (chain) {
          case Shape shape -> serve(shape);
          case Memory(int seconds) -> remember(seconds);
          case Guard(List<Cidr> ranges) -> guard(ranges);
        });
  }

  private List<Rule> serve(Shape shape) {
    List<Rule> rules = new ArrayList<>();
    rules.add(
        rule(
            shape.sticky()
                ? new Statement.FindGroup(
                    shape.nodePort() ? NamedSet.AFFINITY_NODEPORT_GROUPS : NamedSet.AFFINITY_GROUPS)
                : new Statement.ForgetShape()));
    NamedSet all = shape.nodePort() ? NamedSet.NODEPORT_BACKENDS : NamedSet.BACKENDS;
    NamedSet near = shape.nodePort() ? NamedSet.LOCAL_NODEPORT_BACKENDS : NamedSet.LOCAL_BACKENDS;
    Statement balance = new Statement.Balance(all, shape.cluster());
    switch (shape.kind()) {
      case INTERNAL -> {
        offClusterMasquerade().ifPresent(rules::add);
        choose(shape, balance, rules);
      }
      case EXTERNAL -> {
        rules.add(rule(mark()));
        choose(shape, balance, rules);
      }
      case LOCAL -> {
        if (shape.cluster() > 0) {
          isPod(false).ifPresent(pod -> choose(shape, balance, rules, pod));
          Statement fromNode = new Statement.IsLocal(Field.SOURCE_ADDRESS);
          rules.add(rule(fromNode, mark()));
          choose(shape, balance, rules, fromNode);
        }
        if (shape.local() > 0) {
          if (shape.sticky()) {
            rules.add(rule(new Statement.OtherGroup()));
          }
          choose(shape, new Statement.Balance(near, shape.local()), rules);
        }
      }
    }
    return rules;
  }

  /** To the remembered endpoint, else to any, if the conditions hold. */
  private void choose(Shape shape, Statement balance, List<Rule> rules, Statement... conditions) {
    if (!shape.sticky()) {
      rules.add(rule(with(conditions, balance)));
      return;
    }
    for (Protocol protocol : Protocol.values()) {
      Statement isProtocol = new Statement.IsProtocol(protocol);
      rules.add(
          rule(
              Stream.concat(
                      Stream.of(isProtocol),
                      Arrays.stream(with(conditions, new Statement.Recall())))
                  .toArray(Statement[]::new)));
    }
    rules.add(rule(with(conditions, new Statement.ForgetShape(), balance)));
  }

  private static Statement[] with(Statement[] conditions, Statement... then) {
    return Stream.concat(Arrays.stream(conditions), Arrays.stream(then)).toArray(Statement[]::new);
  }

  /**
   * The packet goes to its endpoint already and its source is not hidden yet. Its priority, which
   * brought it here, must hold the group again; which kind of frontend the client used is not known
   * here, so that of virtual addresses, which is exact, has the last word. The endpoint may belong
   * to either policy's endpoints or to both; where it does, it is remembered.
   */
  private List<Rule> remember(int seconds) {
    List<Rule> rules = new ArrayList<>();
    for (NamedSet map : List.of(NamedSet.AFFINITY_NODEPORT_GROUPS, NamedSet.AFFINITY_GROUPS)) {
      for (Protocol protocol : Protocol.values()) {
        rules.add(rule(new Statement.IsProtocol(protocol), new Statement.FindOriginalGroup(map)));
      }
    }
    Rule remember =
        rule(new Statement.InSet(NamedSet.AFFINITY_MEMBERS), new Statement.Remember(seconds));
    rules.add(remember);
    rules.add(rule(new Statement.OtherGroup()));
    rules.add(remember);
    rules.add(rule(new Statement.ForgetShape()));
    return rules;
  }

  private List<Rule> guard(List<Cidr> ranges) {
    List<Rule> rules = new ArrayList<>();
    for (Cidr range : ranges) {
      rules.add(
          rule(new Statement.InRange(Field.SOURCE_ADDRESS, false, range), new Statement.Return()));
    }
    rules.add(rule(new Statement.Drop()));
    return rules;
  }

  private Statement mark() {
    return new Statement.Jump(BaseChains.MARK);
  }

  private Optional<Rule> offClusterMasquerade() {
    return context.masqueradeAll()
        ? Optional.of(rule(mark()))
        : isPod(true).map(outsider -> rule(outsider, mark()));
  }

  /** The condition that the packet comes from a pod, or does not; empty when nobody can tell. */
  private Optional<Statement> isPod(boolean negated) {
    return switch (context.localDetector()) {
      case LocalDetector.None() -> Optional.empty();
      case LocalDetector.SourceRange(Cidr cidr) ->
          Optional.of(new Statement.InRange(Field.SOURCE_ADDRESS, negated, cidr));
      case LocalDetector.Bridge(String name) ->
          Optional.of(new Statement.FromInterface(negated, name, false));
      case LocalDetector.InterfacePrefix(String prefix) ->
          Optional.of(new Statement.FromInterface(negated, prefix, true));
    };
  }

  private Rule rule(Statement... statements) {
    return Rule.of(family, statements);
  }
}
