package io.pointsman.iptables;

import io.pointsman.net.Cidr;
import io.pointsman.plan.LocalDetector;
import java.util.Optional;

/** A {@link LocalDetector} as matches. A rule that could never match is empty. */
record PodDetection(LocalDetector detector) {
  /** The rule for packets from pods. */
  Optional<Rule> fromPod(Rule rule) {
    return switch (detector) {
      case LocalDetector.None() -> Optional.empty();
      case LocalDetector.SourceRange(Cidr cidr) ->
          Optional.of(cidr.prefixLength() == 0 ? rule : rule.when(new Match.Source(cidr, false)));
      case LocalDetector.Bridge(String name) ->
          Optional.of(rule.when(new Match.InInterface(name, false)));
      case LocalDetector.InterfacePrefix(String prefix) ->
          Optional.of(rule.when(new Match.InInterface(pattern(prefix), false)));
    };
  }

  /** The rule for packets that are known not to come from pods. */
  Optional<Rule> notFromPod(Rule rule) {
    return switch (detector) {
      case LocalDetector.None() -> Optional.empty();
      case LocalDetector.SourceRange(Cidr cidr) ->
          cidr.prefixLength() == 0
              ? Optional.empty()
              : Optional.of(rule.when(new Match.Source(cidr, true)));
      case LocalDetector.Bridge(String name) ->
          Optional.of(rule.when(new Match.InInterface(name, true)));
      case LocalDetector.InterfacePrefix(String prefix) ->
          Optional.of(rule.when(new Match.InInterface(pattern(prefix), true)));
    };
  }

  /** As long as a name may be (IFNAMSIZ of linux/if.h less the final zero), nothing can follow. */
  private static String pattern(String prefix) {
    return prefix.length() < Match.InInterface.MAX_LENGTH ? prefix + "+" : prefix;
  }
}
