package io.pointsman.agent.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.pointsman.net.IpFamily;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the alerts and the dashboard ask for is exported. */
class MonitoringTest {
  private static final Pattern NAME =
      Pattern.compile("\\b(?:kubeproxy|pointsman|process|jvm)_[a-z_]+\\b");
  private static final Optional<Present.Certificate> CERTIFICATE =
      Optional.of(new Present.Certificate(Instant.EPOCH, true));
  private static final Pattern EXPORTED = Pattern.compile("(?m)^# TYPE (\\S+)");

  @ParameterizedTest
  @ValueSource(strings = {"rules.yaml", "dashboard.json"})
  void allMetricsExist(String file) throws IOException {
    Set<String> asked =
        NAME.matcher(Files.readString(folder().resolve(file)))
            .results()
            .map(name -> name.group().replaceFirst("_(bucket|count|sum)$", ""))
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> exported = new TreeSet<>();
    for (String mode : Set.of("nftables", "iptables")) {
      Recorder recorder = new Recorder(mode, EnumSet.allOf(IpFamily.class), InstantSource.system());
      try (Exposition exposition =
          new Exposition(
              recorder::readings,
              () -> new Present(Map.of(), 0, 0, Map.of(), 0, CERTIFICATE),
              Map.of())) {
        EXPORTED
            .matcher(exposition.scrape())
            .results()
            .forEach(type -> exported.add(type.group(1)));
      }
    }
    assertThat(asked).hasSizeGreaterThan(5);
    assertThat(exported).containsAll(asked);
  }

  private static Path folder() {
    return Stream.of("manifests/monitoring", "../manifests/monitoring")
        .map(Path::of)
        .filter(Files::isDirectory)
        .findFirst()
        .orElseThrow();
  }
}
