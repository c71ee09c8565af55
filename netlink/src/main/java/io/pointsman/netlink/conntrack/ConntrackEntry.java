package io.pointsman.netlink.conntrack;

/**
 * A tracked flow.
 *
 * @param original packets as the client sends them
 * @param reply answers as they come in; its source is who really serves the flow
 * @param status {@code IPS_*} of {@code nf_conntrack_common.h}, such as {@link
 *     #STATUS_DESTINATION_CHANGED}
 * @param id tells the entry from a later one with the same tuples
 */
public record ConntrackEntry(ConntrackTuple original, ConntrackTuple reply, int status, int id) {
  /** The destination was translated ({@code IPS_DST_NAT}). */
  public static final int STATUS_DESTINATION_CHANGED = 1 << 5;

  /** Whether the destination was translated. */
  public boolean destinationChanged() {
    return (status & STATUS_DESTINATION_CHANGED) != 0;
  }
}
