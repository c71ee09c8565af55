package io.pointsman.agent;

import io.pointsman.dataplane.Backend;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.stream.Collectors;

/** The backends on the class path. */
final class Backends {
  private Backends() {}

  static List<Backend> all() {
    return ServiceLoader.load(Backend.class).stream().map(ServiceLoader.Provider::get).toList();
  }

  static Optional<Backend> of(String mode) {
    return all().stream().filter(backend -> backend.mode().equals(mode)).findFirst();
  }

  /**
   * The backend of this mode.
   *
   * @throws UsageException naming the modes there are
   */
  static Backend required(String mode) {
    return of(mode)
        .orElseThrow(() ->
            new UsageException(
                "--proxy-mode '"
                    + mode
                    + "' is not one of "
                    + all().stream().map(Backend::mode).sorted().collect(Collectors.joining(", "))
                    + (mode.equals("ipvs")
                        ? "; ipvs is deprecated in Kubernetes, use nftables"
                        : "")));
  }
}
