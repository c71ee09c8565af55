package io.pointsman.flows;

import io.pointsman.net.Protocol;
import io.pointsman.plan.Destination;
import java.util.HashSet;
import java.util.Set;

/** Whose flows have to be looked at. */
public sealed interface FlowScope {
  /** No flows at all. */
  static FlowScope nothing() {
    return new Frontends(Set.of());
  }

  /**
   * Everything that Services have or had to do with: nobody knows what has happened since somebody
   * looked last.
   */
  record Everything() implements FlowScope {}

  /** These frontends, some of which may be gone. */
  record Frontends(Set<Destination> destinations) implements FlowScope {
    public Frontends {
      destinations = Set.copyOf(destinations);
    }
  }

  /** What of it is of these protocols. */
  default FlowScope of(Set<Protocol> protocols) {
    if (!(this instanceof Frontends(Set<Destination> all))) {
      return this;
    }
    Set<Destination> kept = new HashSet<>(all);
    kept.removeIf(destination -> !protocols.contains(destination.protocol()));
    return new Frontends(kept);
  }

  /** Both. */
  default FlowScope and(FlowScope other) {
    if (!(this instanceof Frontends(Set<Destination> some)) || other.equals(nothing())) {
      return this;
    }
    if (!(other instanceof Frontends(Set<Destination> more)) || some.isEmpty()) {
      return other;
    }
    Set<Destination> union = new HashSet<>(some);
    union.addAll(more);
    return new Frontends(union);
  }
}
