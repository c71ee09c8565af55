package io.pointsman.lab.scenario;

import io.pointsman.dataplane.Backend;
import java.util.Locale;
import java.util.Optional;
import java.util.ServiceLoader;
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

  /** The backend of this mode on the class path. */
  Backend backend() {
    return ServiceLoader.load(Backend.class).stream()
        .map(ServiceLoader.Provider::get)
        .filter(backend -> backend.mode().equals(toString()))
        .findFirst()
        .orElseThrow(() -> new ScenarioException("no backend for mode " + this));
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
