package io.pointsman.agent.preflight;

import io.pointsman.dataplane.DataplaneException;
import io.pointsman.iptables.HostTools;
import io.pointsman.net.IpFamily;
import java.util.Optional;

/**
 * The iptables programs that the mode iptables would use for a family.
 *
 * @param programs empty when there are none, or when it cannot be told which they are
 * @param problem why they are not known; empty when they are
 */
record HostIptables(Optional<HostTools> programs, String problem) {
  /** By the rules in the network namespace of the calling thread. */
  static HostIptables find(IpFamily family) {
    try {
      return HostTools.chosen(family)
          .map(programs -> new HostIptables(Optional.of(programs), ""))
          .orElseGet(() ->
              new HostIptables(
                  Optional.empty(),
                  "no iptables program is on the PATH; install the package 'iptables'"));
    } catch (DataplaneException unreadable) {
      return new HostIptables(Optional.empty(), String.valueOf(unreadable.getMessage()));
    }
  }

  HostTools orThrow() throws DataplaneException {
    return programs.orElseThrow(() -> new DataplaneException(problem));
  }
}
