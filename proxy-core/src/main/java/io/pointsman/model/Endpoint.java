package io.pointsman.model;

import java.util.List;

/**
 * An endpoint of a slice.
 *
 * @param address the first of its addresses, as text; further ones have no meaning (API reference)
 * @param ready takes new connections; true when the API leaves it open
 * @param serving answers, though it may be terminating; true when the API leaves it open
 * @param terminating is being shut down
 * @param nodeName the node it runs on; empty when unknown
 * @param zoneHints zones whose clients should use it
 * @param nodeHints nodes whose clients should use it
 */
public record Endpoint(
    String address,
    boolean ready,
    boolean serving,
    boolean terminating,
    String nodeName,
    List<String> zoneHints,
    List<String> nodeHints) {
  public Endpoint {
    zoneHints = List.copyOf(zoneHints);
    nodeHints = List.copyOf(nodeHints);
  }

  /** A ready endpoint without hints. */
  public static Endpoint ready(String address, String nodeName) {
    return new Endpoint(address, true, true, false, nodeName, List.of(), List.of());
  }
}
