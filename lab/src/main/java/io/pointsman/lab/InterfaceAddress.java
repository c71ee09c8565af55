package io.pointsman.lab;

import io.pointsman.net.Cidr;
import io.pointsman.net.IpAddress;
import io.pointsman.net.IpFamily;

/**
 * An address of an interface with the length of its network's prefix, such as {@code
 * 172.29.0.11/24}; unlike in a {@link Cidr} the host bits stay.
 */
public record InterfaceAddress(IpAddress address, int prefixLength) {
  /**
   * Reads {@code ADDRESS/LENGTH}.
   *
   * @throws IllegalArgumentException when the text is something else
   */
  public static InterfaceAddress of(String text) {
    Cidr network = Cidr.of(text);
    return new InterfaceAddress(
        IpAddress.of(text.substring(0, text.indexOf('/'))), network.prefixLength());
  }

  public IpFamily family() {
    return address.family();
  }

  /** The network that the address is in. */
  public Cidr network() {
    return new Cidr(address, prefixLength);
  }

  @Override
  public String toString() {
    return address + "/" + prefixLength;
  }
}
