package io.pointsman.plan;

import io.pointsman.model.ServicePortName;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The Service ports that want one thing, the rightful owner first: the port of the elder Service,
 * or of the first by name among equals. The order depends on the objects alone, so that every node
 * and every restart decides alike.
 *
 * @param claims at least one, sorted
 */
public record Claimants(List<Claim> claims) {
  /** One port's wish. */
  record Claim(Instant created, ServicePortName port) implements Comparable<Claim> {
    private static final Comparator<Claim> ORDER =
        Comparator.comparing(Claim::created).thenComparing(Claim::port);

    @Override
    public int compareTo(Claim other) {
      return ORDER.compare(this, other);
    }
  }

  static final Claimants NOBODY = new Claimants(List.of());

  public Claimants {
    claims = List.copyOf(claims);
  }

  /** Whose the destination is. */
  public ServicePortName owner() {
    return claims.getFirst().port();
  }

  boolean areRivals() {
    return claims.size() > 1;
  }

  Claimants with(Claim claim) {
    if (claims.isEmpty()) {
      return new Claimants(List.of(claim));
    }
    List<Claim> changed = new ArrayList<>(claims);
    changed.add(claim);
    changed.sort(null);
    return new Claimants(changed);
  }

  Claimants without(Claim claim) {
    if (claims.size() == 1) {
      return claims.getFirst().equals(claim) ? NOBODY : this;
    }
    List<Claim> changed = new ArrayList<>(claims);
    changed.remove(claim);
    return new Claimants(changed);
  }
}
