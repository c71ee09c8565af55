package io.pointsman.iptables;

/** What can be said of a condition. */
enum Truth {
  YES,
  NO,
  /** It depends on something that is not modelled. */
  UNKNOWN;

  static Truth of(boolean condition) {
    return condition ? YES : NO;
  }

  /** Both; one that is false decides. */
  Truth and(Truth other) {
    if (this == NO || other == NO) {
      return NO;
    }
    return this == YES ? other : UNKNOWN;
  }
}
