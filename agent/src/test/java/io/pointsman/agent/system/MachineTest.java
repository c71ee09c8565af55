package io.pointsman.agent.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MachineTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {"0;1", "0-3;4", "0-3,6;5", "0,2,4-7;6", "'0-127\n';128"})
  void coresAreCountedByTheirRanges(String list, int count) {
    assertThat(Cores.parse(list)).isEqualTo(OptionalInt.of(count));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n", "3-1", "a", "1-", "0,,1", "99999999"})
  void whatIsNoListOfCoresIsNone(String list) {
    assertThat(Cores.parse(list)).isEmpty();
  }

  @Test
  void theMachineHasCores() {
    assertThat(Cores.count()).isPositive();
  }

  @Test
  void ipv6IsUsableUnlessTheKernelLacksItOrItIsOff() {
    assertThat(Ipv6.unusable(true, Optional.of("0"))).isEmpty();
    assertThat(Ipv6.unusable(true, Optional.empty())).isEmpty();
    assertThat(Ipv6.unusable(true, Optional.of("1")).orElseThrow()).contains("disable_ipv6 is 1");
    assertThat(Ipv6.unusable(false, Optional.empty()).orElseThrow()).contains("if_inet6");
  }

  /** The kernel gives a number only to a reader that takes it in one piece. */
  @Test
  void aNumberOfManyDigitsIsReadWhole() throws IOException {
    assertThat(KernelFile.read(Path.of("/proc/sys/net/ipv4/ip_local_port_range")))
        .matches("\\d{3,5}\\s+\\d{3,5}");
  }
}
