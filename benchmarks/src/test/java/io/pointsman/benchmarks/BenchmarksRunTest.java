package io.pointsman.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.pointsman.netlink.netns.NetworkNamespace;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every benchmark still runs: with one Service of one endpoint, against a real kernel. */
class BenchmarksRunTest {
  private static final Size ONE = new Size(1, 1);

  @BeforeAll
  static void namespacesAreThere() {
    Optional<String> missing = NetworkNamespace.unavailable();
    if (missing.isPresent() && "true".equals(System.getenv("CI"))) {
      throw new AssertionError("CI must run the benchmarks: " + missing.get());
    }
    assumeTrue(missing.isEmpty(), missing.orElse(""));
  }

  static Stream<Benchmark> all() {
    return Catalogue.benchmarks(Effort.least()).stream();
  }

  @ParameterizedTest
  @MethodSource("all")
  void runsAtSizeOne(Benchmark benchmark) throws Exception {
    assertThat(benchmark.unfeasible(ONE)).isEmpty();
    List<Figure> figures = benchmark.run(ONE);
    assertThat(figures)
        .isNotEmpty()
        .allSatisfy(figure -> {
          assertThat(figure.ours()).isInstanceOf(Measure.Value.class);
        });
  }
}
