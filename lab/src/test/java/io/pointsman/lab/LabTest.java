package io.pointsman.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pointsman.lab.packet.Destination;
import io.pointsman.lab.packet.EchoServers;
import io.pointsman.lab.packet.Expectation;
import io.pointsman.lab.packet.Probe;
import io.pointsman.net.IpAddress;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The network as it is before any proxy has touched it. */
@NeedsLab
class LabTest {
  private static Lab lab;

  @BeforeAll
  static void up() {
    lab = Lab.up(Topology.oracle());
  }

  @AfterAll
  static void down() {
    lab.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a1", "a2", "b1", "A", "B"})
  void everyPodAndNodeReachesEveryPodWithItsOwnAddress(String from) {
    for (Topology.Pod pod : lab.topology().pods()) {
      for (IpAddress address : pod.addresses()) {
        for (int port : EchoServers.PORTS) {
          for (String protocol : List.of("tcp", "udp")) {
            String to = "[" + address + "]:" + port + "/" + protocol;
            String place = address.toString().contains(":") ? to : to.replaceAll("[\\[\\]]", "");
            assertThat(lab.outcomes(from, place))
                .as(from + " -> " + place)
                .containsExactly(pod.name() + ":" + port + " from client");
          }
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "172.29.0.11:8080",
        "172.29.0.11:8080/udp",
        "172.28.5.11:8080",
        "172.28.5.11:8080/udp",
        "[fd00:29::11]:9090",
        "[fd00:29::11]:9090/udp",
        "[fd00:28:5::11]:9090/udp"
      })
  void aNodeAnswersAtEachAddressWithThatAddress(String to) {
    int port = Destination.of(to).port();
    for (String from : List.of("ext", "a1", "a2", "b1", "A", "B")) {
      assertThat(lab.outcomes(from, to))
          .as(from + " -> " + to)
          .containsExactly("A:" + port + " from client");
    }
  }

  @Test
  void loopbackAnswersToo() {
    for (String to : List.of("127.0.0.1:8080", "127.0.0.5:8080/udp", "[::1]:8080/udp")) {
      assertThat(lab.outcomes("A", to)).as(to).containsExactly("A:8080 from client");
    }
  }

  @Test
  void aClosedPortIsRefusedByResetOrIcmp() {
    assertThat(lab.outcomes("ext", "172.29.0.11:30000")).containsExactly("refused");
    assertThat(lab.outcomes("ext", "[fd00:29::11]:30000")).containsExactly("refused");
    assertThat(lab.outcomes("A", "127.0.0.1:30000")).containsExactly("refused");
    assertThat(lab.outcomes("ext", "172.29.0.11:30000/udp"))
        .containsExactly("icmp-reject port-unreachable");
    assertThat(lab.outcomes("ext", "[fd00:29::11]:30000/udp"))
        .containsExactly("icmp-reject port-unreachable");
  }

  @Test
  void whatNobodyHandlesIsLostInTheFabric() {
    List<Probe> lost =
        Stream.of("A", "a1", "a2", "ext")
            .flatMap(from ->
                Stream.of("10.211.9.9:80", "10.211.9.9:80/udp")
                    .map(to -> Probe.of(from, Destination.of(to))))
            .toList();
    assertThat(lab.prober().lookAll(lost, probe -> Expectation.none()))
        .hasSize(8)
        .allSatisfy(sighting -> assertThat(sighting.outcomes()).containsExactly("timeout"));
    for (String from : List.of("A", "a1", "a2", "ext")) {
      assertThat(lab.outcomes(from, "[fd00:211::99]:80"))
          .as(from)
          .containsExactly("icmp-reject no-route");
      assertThat(lab.outcomes(from, "[fd00:211::99]:80/udp"))
          .as(from)
          .containsExactly("icmp-reject no-route");
    }
  }

  @Test
  void theClientOutsideKnowsNoRouteToPods() {
    assertThat(lab.outcomes("ext", "10.210.1.11:8080")).containsExactly("unreachable");
    assertThat(lab.outcomes("ext", "[fd00:210:1::11]:8080/udp")).containsExactly("unreachable");
  }

  @Test
  void aProbeCanChooseItsSource() {
    for (String source : List.of("172.29.0.103", "fd00:29::103")) {
      String to = source.contains(":") ? "[fd00:29::12]:8080" : "172.29.0.12:8080";
      Probe probe = new Probe("ext", Destination.of(to), Optional.of(IpAddress.of(source)), 3);
      assertThat(lab.prober().look(probe, Expectation.none()).counts())
          .containsExactly(java.util.Map.entry("B:8080 from client", 3));
    }
    assertThatThrownBy(() -> lab.outcomes("nowhere", "127.0.0.1:80"))
        .hasMessageContaining("there is no 'nowhere' in this lab; there are [cp, A, B, a1");
  }

  @Test
  void labsOfAnyShapeStandSideBySide() {
    try (Lab other = Lab.up(Topology.standard(3, 1))) {
      other.namespace("A").exec("ip", "addr", "del", "172.29.0.11/24", "dev", "eth0").orThrow();

      assertThat(other.outcomes("c1", "10.210.2.11:8080")).containsExactly("b1:8080 from client");
      assertThat(other.outcomes("ext", "172.29.0.11:8080"))
          .isNotEqualTo(lab.outcomes("ext", "172.29.0.11:8080"));
    }
  }
}
