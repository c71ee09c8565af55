package io.pointsman.flows;

import io.pointsman.net.IpAddress;
import io.pointsman.net.Protocol;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Which entries to ask the kernel for, by where the client sends to.
 *
 * @param protocol transport protocol
 * @param destination any address when empty
 * @param destinationPort any port when empty
 */
public record FlowQuery(
    Protocol protocol, Optional<IpAddress> destination, OptionalInt destinationPort) {
  static FlowQuery all(Protocol protocol) {
    return new FlowQuery(protocol, Optional.empty(), OptionalInt.empty());
  }
}
