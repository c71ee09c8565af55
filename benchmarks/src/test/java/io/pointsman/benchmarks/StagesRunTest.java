package io.pointsman.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.pointsman.iptables.IptablesBench;
import io.pointsman.nftables.NftablesBench;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every JMH benchmark still runs, once, with one Service. */
class StagesRunTest {
  static Stream<Method> stages() {
    return Stream.of(CoreBench.class, NftablesBench.class, IptablesBench.class)
        .flatMap(type -> Arrays.stream(type.getMethods()))
        .filter(method -> method.isAnnotationPresent(org.openjdk.jmh.annotations.Benchmark.class));
  }

  @ParameterizedTest
  @MethodSource("stages")
  void runsAtSizeOne(Method stage) throws Exception {
    Object state = stage.getDeclaringClass().getConstructor().newInstance();
    state.getClass().getMethod("prepare").invoke(state);
    assertThat(stage.invoke(state)).isNotNull();
  }
}
