package io.pointsman.plan;

import io.pointsman.model.ServicePortName;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * The number under which a Service port with client affinity remembers its clients. It follows from
 * the port's name alone, so that a restarted proxy finds the clients again; two names with one
 * number are settled like two Services with one address.
 *
 * @param number never 0, lowest bit 0: a backend may use the number above for its own ends
 */
public record AffinityGroup(int number) implements Claimable {
  /** The number of this port. */
  public static AffinityGroup of(ServicePortName port) {
    CRC32C hash = new CRC32C();
    hash.update(port.toString().getBytes(StandardCharsets.UTF_8));
    int even = (int) hash.getValue() & ~1;
    return new AffinityGroup(even == 0 ? 2 : even);
  }

  @Override
  public String toString() {
    return String.format("affinity number %08x", number);
  }
}
