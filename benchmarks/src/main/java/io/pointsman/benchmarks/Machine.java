package io.pointsman.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;

/**
 * Where figures were taken: times of two machines cannot be compared, ratios to some degree.
 *
 * @param load the load average of the last minute, before anything was measured
 */
public record Machine(
    LocalDate date,
    int cores,
    String kernel,
    String jdk,
    String nft,
    String iptables,
    double load) {
  private static final double QUIET = 0.5;

  /** This one, now. */
  public static Machine here() {
    return new Machine(
        LocalDate.now(java.time.ZoneOffset.UTC),
        Runtime.getRuntime().availableProcessors(),
        firstLine("/proc/sys/kernel/osrelease"),
        Runtime.version().toString(),
        versionOf("nft"),
        versionOf("iptables"),
        Double.parseDouble(firstLine("/proc/loadavg").split(" ", 2)[0]));
  }

  /** A line for the head of a report. */
  public String line() {
    return "%s, %d cores, Linux %s, JDK %s, nft %s, iptables %s"
        .formatted(date, cores, kernel, jdk, nft, iptables);
  }

  /** A warning when others were at work, which makes every time longer. */
  public Optional<String> warning() {
    return load > QUIET
        ? Optional.of("The machine was busy (load average %.2f): only ratios tell.".formatted(load))
        : Optional.empty();
  }

  private static String firstLine(String file) {
    try {
      return Files.readString(Path.of(file), StandardCharsets.UTF_8).lines().findFirst().orElse("");
    } catch (IOException unreadable) {
      return "unknown";
    }
  }

  private static String versionOf(String program) {
    try {
      Process process =
          new ProcessBuilder(List.of(program, "--version")).redirectErrorStream(true).start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return said.lines()
          .findFirst()
          .map(line -> line.replaceFirst("^\\w+ v?", "").replaceFirst(" \\(.*", ""))
          .orElse("unknown");
    } catch (IOException missing) {
      return "missing";
    }
  }
}
