package io.pointsman.kubernetes;

import io.pointsman.model.Service;
import io.pointsman.net.Protocol;
import java.util.Optional;

/** Reads one port, of a Service or of an EndpointSlice. */
final class PortReader {
  private static final int LARGEST = 65_535;

  private String name = "";
  private String protocol = "";
  private int number;
  private int nodePort;

  private PortReader() {}

  /**
   * Reads the port that the input stands on.
   *
   * @return empty when it has no number, which means "all ports" in the API and nothing to a proxy,
   *     when the number cannot be, or when the protocol is unknown
   */
  static Optional<Service.Port> read(JsonInput in) {
    PortReader port = new PortReader();
    in.fields(field -> {
      switch (field) {
        case "name" -> port.name = in.shared();
        case "protocol" -> port.protocol = in.text();
        case "port" -> port.number = in.number(0);
        case "nodePort" -> port.nodePort = in.number(0);
        default -> {}
      }
    });
    return port.number < 1 || port.number > LARGEST
        ? Optional.empty()
        : port.protocol()
            .map(known -> new Service.Port(port.name, known, port.number, port.nodePort));
  }

  /** TCP when the API leaves it open. */
  private Optional<Protocol> protocol() {
    return protocol.isEmpty() ? Optional.of(Protocol.TCP) : Protocol.named(protocol);
  }
}
