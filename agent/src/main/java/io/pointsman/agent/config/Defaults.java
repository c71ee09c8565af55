package io.pointsman.agent.config;

import io.pointsman.net.IpAddress;
import io.pointsman.net.IpFamily;
import java.util.List;

/** Defaults that depend on other fields, and the port of an address that has none. */
final class Defaults {
  private static final int HEALTHZ_PORT = 10256;
  private static final int METRICS_PORT = 10249;

  private Defaults() {}

  /**
   * Fills in.
   *
   * @param fromFile the family of bindAddress decides on that of other addresses only in a file
   */
  static Configuration complete(Configuration said, boolean fromFile) {
    boolean v6 =
        fromFile
            && IpAddress.parse(said.get(Fields.BIND_ADDRESS))
                .filter(address -> address.family() == IpFamily.IPV6)
                .isPresent();
    Configuration complete =
        address(said, Fields.HEALTHZ_BIND_ADDRESS, v6 ? "::" : "0.0.0.0", HEALTHZ_PORT);
    complete =
        address(complete, Fields.METRICS_BIND_ADDRESS, v6 ? "::1" : "127.0.0.1", METRICS_PORT);
    return said.get(Fields.MODE).equals("nftables")
            && said.get(Fields.NODE_PORT_ADDRESSES).isEmpty()
        ? complete.with(Fields.NODE_PORT_ADDRESSES, List.of("primary"), "")
        : complete;
  }

  private static Configuration address(
      Configuration said, Field<String> field, String fallback, int port) {
    return said.with(
        field,
        HostPort.withPort(said.find(field).orElse(fallback), port),
        said.origin(field).orElse(""));
  }
}
