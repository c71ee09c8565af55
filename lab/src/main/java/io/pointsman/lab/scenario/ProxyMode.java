package io.pointsman.lab.scenario;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** The backend that a proxy runs with, spelled as in its configuration. */
public enum ProxyMode {
  NFTABLES,
  IPTABLES;

  /** The mode with this name, {@code nftables} or {@code iptables}. */
  public static Optional<ProxyMode> named(String name) {
    return Stream.of(values()).filter(mode -> mode.toString().equals(name)).findFirst();
  }

  /** The other one. */
  public ProxyMode other() {
    return this == NFTABLES ? IPTABLES : NFTABLES;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
