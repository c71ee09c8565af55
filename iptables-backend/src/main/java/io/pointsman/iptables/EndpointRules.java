package io.pointsman.iptables;

import io.pointsman.net.Cidr;
import io.pointsman.net.IpFamily;
import io.pointsman.plan.PortPlan;
import io.pointsman.plan.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The rules of one Service port that choose an endpoint and translate to it. */
record EndpointRules(PortPlan port, IpFamily family, Hairpin hairpin) {
  private static final Rule MASQUERADE = Rule.of(new Action.Jump(ChainNames.MARK_MASQ));

  /** Whether each endpoint has a chain of its own. */
  boolean haveChains() {
    return hairpin == Hairpin.BY_ENDPOINT || isSticky();
  }

  private boolean isSticky() {
    return port.affinitySeconds() > 0;
  }

  /** Each endpoint with the same probability; a client that is remembered goes back to its own. */
  List<Rule> balance(List<Target> targets) {
    List<Rule> rules = new ArrayList<>();
    if (isSticky()) {
      for (Target target : targets) {
        String chain = chain(target);
        rules.add(
            Rule.of(
                new Action.Jump(chain),
                new Match.SeenRecently(chain, port.affinitySeconds(), family)));
      }
    }
    Match proto = new Match.Proto(port.name().protocol());
    rules.addAll(haveChains() ? draw(targets, List.of()) : draw(targets, List.of(proto)));
    return rules;
  }

  /**
   * Each endpoint with the same probability, and nobody is remembered.
   *
   * @param always what else each rule tests
   */
  List<Rule> draw(List<Target> targets, List<Match> always) {
    List<Rule> rules = new ArrayList<>();
    for (int i = 0; i < targets.size(); i++) {
      List<Match> matches = new ArrayList<>(always);
      chance(targets.size() - i).ifPresent(matches::add);
      Target target = targets.get(i);
      rules.add(
          new Rule(matches, haveChains() ? new Action.Jump(chain(target)) : translation(target)));
    }
    return rules;
  }

  /** That one of so many is taken; the last one always is. */
  private static Optional<Match.Chance> chance(int left) {
    return left == 1 ? Optional.empty() : Optional.of(Match.Chance.oneIn(left));
  }

  /** The chain of an endpoint that has one. */
  List<Rule> ofChain(Target target) {
    List<Rule> rules = new ArrayList<>();
    if (hairpin == Hairpin.BY_ENDPOINT) {
      rules.add(MASQUERADE.when(new Match.Source(Cidr.single(target.address()), false)));
    }
    Rule translate = Rule.of(translation(target), new Match.Proto(port.name().protocol()));
    rules.add(
        isSticky() ? translate.when(new Match.RememberSource(chain(target), family)) : translate);
    return rules;
  }

  private static Action translation(Target target) {
    return new Action.Dnat(target.address(), target.port());
  }

  String chain(Target target) {
    return ChainNames.endpoint(port.name(), target);
  }
}
