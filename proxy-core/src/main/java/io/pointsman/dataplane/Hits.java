package io.pointsman.dataplane;

/**
 * How often clients came to a destination, by the kernel's own count. A count starts anew when the
 * rules of the destination are written anew.
 *
 * @param served connections that were given an endpoint
 * @param refused packets for which there was none
 */
public record Hits(long served, long refused) {
  public static final Hits NONE = new Hits(0, 0);

  /** Both together. */
  public Hits plus(Hits other) {
    return new Hits(served + other.served, refused + other.refused);
  }
}
