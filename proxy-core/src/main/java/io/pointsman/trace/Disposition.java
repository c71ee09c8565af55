package io.pointsman.trace;

import io.pointsman.net.IpAddress;
import io.pointsman.net.IpFamily;

/** What becomes of a packet. */
public sealed interface Disposition {
  /**
   * Redirected to an endpoint.
   *
   * @param masqueraded the endpoint sees an address of the node instead of the client's
   */
  record Dnat(IpAddress address, int port, boolean masqueraded) implements Disposition {
    @Override
    public String toString() {
      String to = address.family() == IpFamily.IPV4 ? address + ":" : "[" + address + "]:";
      return "DNAT to " + to + port + (masqueraded ? ", masqueraded" : ", source kept");
    }
  }

  /** Thrown away without a word. */
  record Drop() implements Disposition {
    @Override
    public String toString() {
      return "dropped";
    }
  }

  /** Refused with an ICMP message. */
  record Reject() implements Disposition {
    @Override
    public String toString() {
      return "rejected";
    }
  }

  /** None of the proxy's business: goes on as it came. */
  record Pass() implements Disposition {
    @Override
    public String toString() {
      return "passed on unchanged: not for a Service";
    }
  }
}
