package io.pointsman.iptables;

import io.pointsman.dataplane.PacketCounter;
import java.util.Map;
import java.util.Set;

/**
 * The kernel's named packet counters (nfacct). A rule that names one cannot be loaded while there
 * is none of that name; once loaded it keeps the counter in the kernel.
 */
interface PacketCounters {
  /** Of a kernel that has none. */
  PacketCounters NONE =
      new PacketCounters() {
        @Override
        public boolean make(Set<String> names) {
          return false;
        }

        @Override
        public Map<PacketCounter, Long> read() {
          return Map.of();
        }

        @Override
        public void removeUnused() {
          // There are none.
        }
      };

  /** By kube-proxy's names, as {@code nfacct list} shows them. */
  static String name(PacketCounter counter) {
    return switch (counter) {
      case INVALID_DROPPED -> "ct_state_invalid_dropped_pkts";
      case LOCALHOST_NODE_PORT_ACCEPTED -> "localhost_nps_accepted_pkts";
    };
  }

  /**
   * Makes those that are missing; a count that is under way goes on.
   *
   * @return false when the kernel has no such counters, or does not let us make them
   */
  boolean make(Set<String> names);

  /** The counts of those that exist and can be read. */
  Map<PacketCounter, Long> read();

  /** Removes those in which no rule counts any more, as far as that goes: they do no harm. */
  void removeUnused();
}
