package io.pointsman.agent.listing;

import io.pointsman.model.ObjectName;
import io.pointsman.net.IpAddress;
import java.util.Optional;

/**
 * Which Services to list; each part that is not empty narrows the list.
 *
 * @param namespace those of this namespace
 * @param name the one of this name, as {@code NAMESPACE/NAME}
 * @param address those that have this frontend or endpoint
 */
public record ServicesQuestion(String namespace, String name, String address) {
  /** All of them. */
  public static final ServicesQuestion ALL = new ServicesQuestion("", "", "");

  /**
   * The address, when the list is narrowed by one.
   *
   * @throws IllegalArgumentException when it is none
   */
  Optional<IpAddress> wantedAddress() {
    if (address.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        IpAddress.parse(address)
            .orElseThrow(() ->
                new IllegalArgumentException(
                    "--address '" + address + "' is not an IP address, such as 10.96.0.10")));
  }

  boolean isAbout(ObjectName service) {
    return (namespace.isEmpty() || namespace.equals(service.namespace()))
        && (name.isEmpty() || name.equals(service.toString()));
  }
}
