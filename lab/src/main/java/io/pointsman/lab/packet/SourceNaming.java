package io.pointsman.lab.packet;

import io.pointsman.net.IpAddress;

/**
 * Puts a word to the address that a server saw: {@code node-a}, {@code pod a1} or {@code other}.
 */
@FunctionalInterface
public interface SourceNaming {
  String name(IpAddress seen);

  /** The word in an answer: {@code client} when the server saw the client's own address. */
  default String seenFrom(IpAddress own, IpAddress seen) {
    return own.equals(seen) ? "client" : name(seen);
  }
}
