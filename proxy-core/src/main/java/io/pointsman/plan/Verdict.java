package io.pointsman.plan;

/** Why an endpoint is used or left out. */
public enum Verdict {
  READY("ready"),
  READY_SAME_NODE("ready, and hinted to this node like every other by its own"),
  READY_SAME_ZONE("ready, and hinted to this node's zone"),
  TERMINATING_FALLBACK("terminating but still serving, and no endpoint is ready"),
  NOT_READY("not ready"),
  TERMINATING("terminating, and others are ready"),
  OTHER_NODE("hinted to other nodes, while this node has its own"),
  OTHER_ZONE("hinted to other zones, while this node's zone has its own"),
  NOT_ON_THIS_NODE("on another node, and the policy is Local");

  private final String reason;

  Verdict(String reason) {
    this.reason = reason;
  }

  /** True when the endpoint is used. */
  public boolean isIn() {
    return compareTo(TERMINATING_FALLBACK) <= 0;
  }

  /** The reason in words, to follow "because it is". */
  @Override
  public String toString() {
    return reason;
  }
}
