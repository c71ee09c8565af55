package io.pointsman.net;

/** The two address families; spelled as in the Kubernetes API ({@code IPv4}, {@code IPv6}). */
public enum IpFamily {
  IPV4("IPv4", 32),
  IPV6("IPv6", 128);

  private final String label;
  private final int bits;

  IpFamily(String label, int bits) {
    this.label = label;
    this.bits = bits;
  }

  /** Length of an address in bits: 32 or 128. */
  public int bits() {
    return bits;
  }

  /** {@code IPv4} or {@code IPv6}, the spelling of the API and of the {@code ip_family} label. */
  @Override
  public String toString() {
    return label;
  }
}
