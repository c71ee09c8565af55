package io.pointsman.dataplane;

import io.pointsman.net.IpFamily;
import io.pointsman.plan.Destination;
import io.pointsman.plan.FamilyPlan;
import io.pointsman.trace.ModeTraits;
import io.pointsman.trace.Tracer;
import java.util.Map;
import java.util.Optional;

/** One way to make a kernel do what plans say. Found by {@link java.util.ServiceLoader}. */
public interface Backend {
  /** The name under which {@code --proxy-mode} knows it: {@code nftables}, {@code iptables}. */
  String mode();

  /**
   * The rules of the plan as text that the backend's own tool loads into an empty kernel ({@code
   * nft -f}, {@code iptables-restore}). Pure: equal plans give equal text.
   */
  String render(FamilyPlan plan);

  /** In what this mode differs from others for the same plan. */
  ModeTraits traits();

  /** Evaluates the rules of the plan. Pure. */
  Tracer tracer(FamilyPlan plan);

  /**
   * Opens the kernel of the calling thread's network namespace.
   *
   * @throws DataplaneException when the kernel, the rights or the tools are not there; the message
   *     says what is missing and what to do
   */
  Dataplane open(IpFamily family) throws DataplaneException;

  /**
   * Reads from the kernel of the calling thread's network namespace how often clients came to each
   * destination. Costs time in proportion to the number of destinations.
   *
   * @return empty when this mode does not count
   * @throws DataplaneException when the kernel could not be read
   */
  Optional<Map<Destination, Hits>> hits(IpFamily family) throws DataplaneException;

  /**
   * Reads from the kernel of the calling thread's network namespace how many packets the rules have
   * counted, of all families. Costs little, whatever the number of Services.
   *
   * @return those that this mode and kernel count, and that can be read now
   */
  default Map<PacketCounter, Long> packets() {
    return Map.of();
  }

  /**
   * Removes what Pointsman and kube-proxy put into the kernel in this mode and family; what others
   * own stays. Nothing to remove is success.
   *
   * @throws DataplaneException when something could not be removed
   */
  void cleanUp(IpFamily family) throws DataplaneException;
}
