package io.pointsman.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.pointsman.net.IpFamily;
import io.pointsman.netlink.netns.NetworkNamespace;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The peer's rules load, and a partial sync leads where a full one of the same objects does. */
class PeerShapeTest {
  static Stream<Arguments> variants() {
    return Stream.of(Mode.values())
        .flatMap(mode -> Stream.of(IpFamily.values()).map(family -> Arguments.of(mode, family)));
  }

  @ParameterizedTest
  @MethodSource("variants")
  void aChangeReplacesOneEndpoint(Mode mode, IpFamily family) {
    Optional<String> missing = NetworkNamespace.unavailable();
    if (missing.isPresent() && "true".equals(System.getenv("CI"))) {
      throw new AssertionError("CI must run the kernel tests: " + missing.get());
    }
    assumeTrue(missing.isEmpty(), missing.orElse(""));
    Workload workload = new Workload(new Size(5, 3), family);
    PeerShape shape = mode.peer(workload);
    try (NetworkNamespace kernel = NetworkNamespace.create()) {
      load(kernel, mode, family, shape.foundation());
      load(kernel, mode, family, shape.full());
      String before = saved(kernel, mode, family);
      load(kernel, mode, family, shape.changed(2, 0, 1));
      String after = saved(kernel, mode, family);
      String old = workload.endpoints(2, 0).get(2).toString();
      String now = workload.endpoints(2, 1).get(2).toString();
      assertThat(before).contains(old).doesNotContain(now);
      assertThat(after).contains(now).doesNotContain(old);
      load(kernel, mode, family, shape.changed(2, 1, 0));
      assertThat(saved(kernel, mode, family).lines().sorted().toList())
          .isEqualTo(before.lines().sorted().toList());
    }
  }

  private static void load(NetworkNamespace kernel, Mode mode, IpFamily family, String rules) {
    kernel.execWithInput(rules, mode.loader(family).toArray(String[]::new)).orThrow();
  }

  private static String saved(NetworkNamespace kernel, Mode mode, IpFamily family) {
    String save = mode.loader(family).getFirst().replace("restore", "save");
    List<String> command = mode.isIptables() ? List.of(save) : List.of("nft", "list", "ruleset");
    return kernel
        .exec(command.toArray(String[]::new))
        .orThrow()
        .output()
        .replaceAll("(?m)^#.*\n", "")
        .replaceAll("\\[\\d+:\\d+]", "");
  }
}
