package io.pointsman.nftables;

import java.util.Optional;

/** The places of {@code enum nf_inet_hooks}, and what NAT chains there decide. */
enum HookPoint {
  PREROUTING(Optional.of(Mapping.DESTINATION)),
  INPUT(Optional.of(Mapping.SOURCE)),
  FORWARD(Optional.empty()),
  OUTPUT(Optional.of(Mapping.DESTINATION)),
  POSTROUTING(Optional.of(Mapping.SOURCE));

  /** A kind of NAT: {@code enum nf_nat_manip_type}. */
  enum Mapping {
    SOURCE(100),
    DESTINATION(-100);

    private final int priority;

    Mapping(int priority) {
      this.priority = priority;
    }

    /**
     * Where the kernel runs all NAT chains of this kind, whatever their own priorities, which order
     * them among themselves (nf_nat_register_fn()).
     */
    int priority() {
      return priority;
    }
  }

  private final Optional<Mapping> mapping;

  HookPoint(Optional<Mapping> mapping) {
    this.mapping = mapping;
  }

  /** What NAT chains decide here; empty where there are none. */
  Optional<Mapping> mapping() {
    return mapping;
  }

  /** The kernel's number. */
  @SuppressWarnings("EnumOrdinal") // the constants stand in the kernel's order
  int number() {
    return ordinal();
  }
}
