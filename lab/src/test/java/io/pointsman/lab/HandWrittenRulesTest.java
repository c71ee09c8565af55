package io.pointsman.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.pointsman.lab.packet.Destination;
import io.pointsman.lab.packet.Expectation;
import io.pointsman.lab.packet.Flow;
import io.pointsman.lab.packet.Probe;
import io.pointsman.lab.packet.Sighting;
import io.pointsman.lab.packet.Traffic;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The probes tell exactly what rules do to packets: each rule here is written by hand. */
@NeedsLab
@Timeout(60)
class HandWrittenRulesTest {
  private static final String V4 = "10.211.1.1:80";
  private static final String V6 = "[fd00:211::1]:80";

  private static Lab lab;

  @BeforeAll
  static void up() {
    lab = Lab.up(Topology.oracle());
  }

  @AfterAll
  static void down() {
    lab.close();
  }

  @AfterEach
  void noRules() {
    lab.namespace("A").exec("nft", "flush", "ruleset").orThrow();
    lab.namespace("A").exec("conntrack", "-F");
  }

  /** Loads chains at all hooks with these statements, which name no family. */
  private static void rules(String nat, String post, String filter) {
    String chains =
        """
        table inet hand {
          chain pre { type nat hook prerouting priority -100
            %1$s
          }
          chain out { type nat hook output priority -100
            %1$s
          }
          chain post { type nat hook postrouting priority 100
            %2$s
          }
          chain forward { type filter hook forward priority 0
            %3$s
          }
          chain local { type filter hook output priority 0
            %3$s
          }
        }
        """
            .formatted(nat, post, filter);
    lab.namespace("A").execWithInput(chains, "nft", "-f", "-").orThrow();
  }

  private static String protocol(String to, String protocol) {
    return to + "/" + protocol;
  }

  @ParameterizedTest
  @CsvSource({"tcp, 8080", "udp, 9090"})
  void translation(String protocol, int port) {
    rules(
        """
        ip daddr 10.211.1.1 %1$s dport 80 dnat ip to 10.210.2.11:%2$d
        ip6 daddr fd00:211::1 %1$s dport 80 dnat ip6 to [fd00:210:2::11]:%2$d
        """
            .formatted(protocol, port),
        "",
        "");

    for (String to : List.of(V4, V6)) {
      for (String from : List.of("a1", "a2", "A", "b2")) {
        // Pods of the other node do not come by node A: their packets meet no rule.
        List<String> expected =
            from.equals("b2")
                ? List.of(to.equals(V4) ? "timeout" : "icmp-reject no-route")
                : List.of("b1:" + port + " from client");
        assertThat(lab.outcomes(from, protocol(to, protocol)))
            .as(from + " -> " + to)
            .isEqualTo(expected);
      }
      // The answer comes back by another way, from an address that the client did not ask.
      assertThat(lab.outcomes("ext", protocol(to, protocol))).containsExactly("timeout");
    }
  }

  @ParameterizedTest
  @CsvSource({"tcp", "udp"})
  void masquerading(String protocol) {
    rules(
        """
        ip daddr 10.211.1.1 meta l4proto %1$s dnat ip to 10.210.2.11:8080
        ip6 daddr fd00:211::1 meta l4proto %1$s dnat ip6 to [fd00:210:2::11]:8080
        """
            .formatted(protocol),
        "masquerade",
        "");

    for (String to : List.of(V4, V6)) {
      assertThat(lab.outcomes("ext", protocol(to, protocol)))
          .containsExactly("b1:8080 from node-a");
      assertThat(lab.outcomes("a2", protocol(to, protocol))).containsExactly("b1:8080 from node-a");
    }
  }

  @Test
  void sourceTranslationToAPodOrToNobodyKnown() {
    rules(
        "ip daddr 10.211.1.1 dnat ip to 10.210.1.12",
        "tcp dport 8080 snat ip to 10.210.2.12 ; tcp dport 8081 snat ip to 172.28.5.77",
        "");
    lab.namespace("A").exec("ip", "addr", "add", "172.28.5.77/32", "dev", "eth0").orThrow();
    lab.namespace("A").exec("ip", "addr", "add", "10.210.2.12/32", "dev", "eth0").orThrow();
    try {
      assertThat(lab.outcomes("a1", "10.211.1.1:8080")).containsExactly("a2:8080 from pod b2");
      assertThat(lab.outcomes("a1", "10.211.1.1:8081")).containsExactly("a2:8081 from other");
    } finally {
      lab.namespace("A").exec("ip", "addr", "del", "10.210.2.12/32", "dev", "eth0").orThrow();
      lab.namespace("A").exec("ip", "addr", "del", "172.28.5.77/32", "dev", "eth0").orThrow();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'10.211.1.1:80/tcp', reject with icmp type port-unreachable, icmp-reject port-unreachable",
    "'10.211.1.1:80/udp', reject with icmp type port-unreachable, icmp-reject port-unreachable",
    "'10.211.1.1:80/tcp', reject with icmp type host-unreachable, icmp-reject host-unreachable",
    "'10.211.1.1:80/udp', reject with icmp type net-unreachable, icmp-reject net-unreachable",
    "'10.211.1.1:80/tcp', reject with icmp type admin-prohibited, icmp-reject admin-prohibited",
    "'10.211.1.1:80/tcp', reject with tcp reset, refused",
    "'10.211.1.1:80/tcp', drop, timeout",
    "'10.211.1.1:80/udp', drop, timeout",
    "'[fd00:211::1]:80/tcp', reject with icmpv6 type port-unreachable, icmp-reject port-unreachable",
    "'[fd00:211::1]:80/udp', reject with icmpv6 type port-unreachable, icmp-reject port-unreachable",
    "'[fd00:211::1]:80/tcp', reject with icmpv6 type no-route, icmp-reject no-route",
    "'[fd00:211::1]:80/udp', reject with icmpv6 type addr-unreachable, icmp-reject addr-unreachable",
    "'[fd00:211::1]:80/tcp', reject with icmpv6 type admin-prohibited, icmp-reject admin-prohibited",
    "'[fd00:211::1]:80/tcp', reject with tcp reset, refused",
    "'[fd00:211::1]:80/tcp', drop, timeout",
    "'[fd00:211::1]:80/udp', drop, timeout",
  })
  void refusals(String to, String verdict, String outcome) {
    boolean six = to.startsWith("[");
    String protocol = to.substring(to.indexOf('/') + 1);
    String match =
        (six ? "ip6 daddr fd00:211::1 " : "ip daddr 10.211.1.1 ") + protocol + " dport 80 ";
    rules("", "", match + verdict);

    List<Probe> probes =
        Stream.of("a1", "a2", "A", "ext").map(from -> Probe.of(from, Destination.of(to))).toList();
    assertThat(lab.prober().lookAll(probes, probe -> Expectation.none()))
        .allSatisfy(sighting -> assertThat(sighting.outcomes()).containsExactly(outcome));
  }

  @Test
  void balancingIsSeenWhole() {
    rules(
        """
        ip daddr 10.211.1.1 dnat ip to numgen random mod 4 map {
          0 : 10.210.1.11, 1 : 10.210.1.12, 2 : 10.210.2.11, 3 : 10.210.2.12 }
        """,
        "masquerade",
        "");
    Probe probe = Probe.of("ext", Destination.of("10.211.1.1:8080"));
    Set<String> all =
        Set.of(
            "a1:8080 from node-a",
            "a2:8080 from node-a",
            "b1:8080 from node-a",
            "b2:8080 from node-a");

    Sighting whole = lab.prober().look(probe, Expectation.of(all));
    assertThat(whole.outcomes()).isEqualTo(all);

    Expectation tooFew = Expectation.of(Set.of("a1:8080 from node-a"));
    Sighting stopped = lab.prober().look(probe, tooFew);
    assertThat(stopped.tries()).isEqualTo(40);
    assertThat(tooFew.difference(stopped.outcomes())).startsWith("not expected: [a2:8080");
  }

  @ParameterizedTest
  @CsvSource({"tcp", "udp"})
  void aFlowKeepsItsWayWhileNewOnesTakeAnother(String protocol) {
    String nat = "ip daddr 10.211.1.1 meta l4proto { tcp, udp } dnat ip to 10.210.1.11:8080";
    rules(nat, "", "");
    Destination to = Destination.of("10.211.1.1:80/" + protocol);
    Duration patience = Duration.ofSeconds(5);
    try (Flow flow = lab.prober().flow("a2", to, Optional.empty())) {
      assertThat(flow.ask(patience)).hasToString("a1:8080 from client");

      lab.namespace("A").exec("nft", "flush", "ruleset").orThrow();
      rules(nat.replace("10.210.1.11", "10.210.2.11"), "", "");
      assertThat(flow.ask(patience)).hasToString("a1:8080 from client");
      assertThat(lab.outcomes("a2", to.toString())).containsExactly("b1:8080 from client");

      if (protocol.equals("udp")) {
        lab.namespace("A").exec("conntrack", "-D", "-p", "udp").orThrow();
        assertThat(flow.ask(patience)).hasToString("b1:8080 from client");
      }
    }
  }

  @Test
  void trafficCountsWhatFails() {
    rules("ip daddr 10.211.1.1 tcp dport 80 dnat ip to 10.210.1.11:8080", "masquerade", "");
    Destination to = Destination.of(V4);
    try (Traffic traffic = lab.prober().traffic("ext", to)) {
      assertThat(traffic.soFar().total()).isPositive();
      assertThat(traffic.soFar()).hasToString("no failures");

      lab.namespace("A")
          .exec("nft", "insert", "rule", "inet", "hand", "forward", "reject")
          .orThrow();
      assertThat(lab.outcomes("ext", V4)).containsExactly("icmp-reject port-unreachable");
      String rejected = "icmp-reject port-unreachable";
      while (!traffic.soFar().counts().containsKey(rejected)) {
        Thread.onSpinWait();
      }
      assertThat(traffic.end().toString()).contains("failed").contains(rejected);
    }
  }
}
