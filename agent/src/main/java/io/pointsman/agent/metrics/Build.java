package io.pointsman.agent.metrics;

import java.util.Optional;

/**
 * What this program is.
 *
 * @param version its own; {@code unpackaged} when it does not run from a jar
 * @param kubernetes the release whose kube-proxy it stands in for
 * @param java the runtime's version
 * @param platform operating system and architecture, as Go names them
 */
public record Build(String version, String kubernetes, String java, String platform) {
  private static final String KUBERNETES = "1.36.2";

  /** This program. */
  public static Build current() {
    String machine = System.getProperty("os.arch", "unknown");
    return new Build(
        Optional.ofNullable(Build.class.getPackage().getImplementationVersion())
            .orElse("unpackaged"),
        KUBERNETES,
        Runtime.version().toString(),
        "linux/" + (machine.equals("aarch64") ? "arm64" : machine));
  }
}
