package io.pointsman.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.pointsman.agent.AgentOptions;
import io.pointsman.dataplane.CommitResult;
import io.pointsman.model.Endpoint;
import io.pointsman.model.EndpointSlice;
import io.pointsman.model.ObjectName;
import io.pointsman.model.Service;
import io.pointsman.model.ServiceType;
import io.pointsman.model.TrafficPolicy;
import io.pointsman.net.IpFamily;
import io.pointsman.net.Protocol;
import io.pointsman.reconcile.SyncReport;
import io.pointsman.snapshot.ClusterEvent;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever others do to our rules is noticed, told and repaired, without an event. */
@NeedsLab
@Timeout(120)
class RepairTest {
  private static final String FOUR = "10.211.0.9:80";
  private static final String SIX = "[fd00:211::9]:80";

  /** As kube-proxy calls it, too: by a hash of the Service port. */
  private static final String OF_ONE_SERVICE = "KUBE-EXT-LOLE4ISW44XBNF3G";

  /**
   * What somebody does.
   *
   * @param found part of a line that tells it
   */
  private record Damage(Set<IpFamily> families, String command, String found) {
    static Damage four(String command, String found) {
      return new Damage(Set.of(IpFamily.IPV4), command, found);
    }

    static Damage six(String command, String found) {
      return new Damage(Set.of(IpFamily.IPV6), command, found);
    }
  }

  @Test
  void nftables() {
    try (Lab lab = Lab.up(Topology.standard(1, 2))) {
      eachIsRepaired(
          lab,
          "nftables",
          List.of(
              new Damage(Set.of(IpFamily.values()), "nft flush ruleset", "missing: table ip"),
              Damage.four("nft delete table ip pointsman", "missing: table ip pointsman"),
              Damage.six("nft flush table ip6 pointsman", "repair: "),
              Damage.four("nft flush chain ip pointsman services", "services"),
              Damage.six("nft insert rule ip6 pointsman services drop", "services"),
              Damage.four("nft flush map ip pointsman frontends", "missing: "),
              Damage.six(
                  "nft delete element ip6 pointsman frontends { fd00:211::9 . tcp . 80 }",
                  "missing: frontends { fd00:211::9 . tcp . 80"),
              Damage.four(
                  "nft add element ip pointsman frontends { 10.211.0.10 . tcp . 80 : 9:9 }",
                  "surplus: frontends { 10.211.0.10 . tcp . 80"),
              Damage.four(
                  "nft add element ip pointsman frontends { * : 9:9 }",
                  "sets or elements of another version")));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"legacy", "nft"})
  void iptables(String flavour) {
    String four = "iptables-" + flavour;
    String six = "ip6tables-" + flavour;
    try (Lab lab = Lab.up(Topology.standard(1, 2))) {
      // By this chain of the kubelet the flavour of the host is known.
      run(lab, four + " -t mangle -N KUBE-IPTABLES-HINT");
      run(lab, six + " -t mangle -N KUBE-KUBELET-CANARY");
      eachIsRepaired(
          lab,
          "iptables",
          List.of(
              Damage.four(four + " -t nat -F", "missing or changed chain: nat KUBE-SERVICES"),
              Damage.six(six + " -F", "missing rule: filter FORWARD"),
              Damage.four(four + " -t nat -D PREROUTING 1", "missing rule: nat PREROUTING"),
              Damage.six(six + " -t nat -F KUBE-SERVICES", "chain: nat KUBE-SERVICES"),
              Damage.four(four + " -t nat -R KUBE-POSTROUTING 4 -j RETURN", "nat KUBE-POSTROUTING"),
              Damage.six(six + " -t mangle -F KUBE-PROXY-CANARY", "mangle KUBE-PROXY-CANARY"),
              Damage.four(four + " -t nat -F " + OF_ONE_SERVICE, "chain: nat " + OF_ONE_SERVICE)));
      for (String tool : List.of(four, six)) {
        assertThat(lab.namespace("A").exec(tool + "-save", "-t", "nat").orThrow().output())
            .as("the rules are where the kubelet's are")
            .contains(":KUBE-SERVICES ");
      }
    }
  }

  private static void eachIsRepaired(Lab lab, String mode, List<Damage> damages) {
    try (HandFedAgent agent =
        new HandFedAgent(lab.namespace("A"), AgentOptions.defaults(mode, "node-a"), cluster())) {
      agent.nextSync(IpFamily.IPV4);
      agent.nextSync(IpFamily.IPV6);
      assertAnswered(lab, "before any damage");
      for (Damage damage : damages) {
        run(lab, damage.command());
        awaitRepair(agent, damage);
        assertAnswered(lab, damage.command());
      }
    }
  }

  /** Bounded by the wait for each report. */
  private static void awaitRepair(HandFedAgent agent, Damage damage) {
    Set<IpFamily> waiting = new HashSet<>(damage.families());
    while (!waiting.isEmpty()) {
      SyncReport report = agent.nextSync();
      if (report.found().stream().anyMatch(line -> line.contains(damage.found()))) {
        assertThat(report.repairing()).isTrue();
        assertThat(report.result()).isInstanceOf(CommitResult.Committed.class);
        assertThat(report.found().size()).as("bounded").isLessThan(12);
        waiting.remove(report.family());
      }
    }
  }

  private static void run(Lab lab, String command) {
    lab.namespace("A").exec(command.split(" ")).orThrow();
  }

  private static void assertAnswered(Lab lab, String what) {
    for (String to : List.of(FOUR, SIX, "172.29.0.11:30080")) {
      String from = to.endsWith(":80") ? "a2" : "ext";
      assertThat(lab.outcomes(from, to))
          .as(what + ": " + from + " -> " + to)
          .singleElement()
          .asString()
          .startsWith("a1:8080 from ");
    }
  }

  private static List<ClusterEvent> cluster() {
    ObjectName name = new ObjectName("default", "web");
    return List.of(
        new ClusterEvent.ServiceSet(
            new Service(
                name,
                Instant.EPOCH,
                ServiceType.NODE_PORT,
                List.of("10.211.0.9", "fd00:211::9"),
                List.of(IpFamily.IPV4, IpFamily.IPV6),
                List.of(new Service.Port("", Protocol.TCP, 80, 30080)),
                List.of(),
                List.of(),
                List.of(),
                TrafficPolicy.CLUSTER,
                TrafficPolicy.CLUSTER,
                0,
                0)),
        slice(name, IpFamily.IPV4, "10.210.1.11"),
        slice(name, IpFamily.IPV6, "fd00:210:1::11"));
  }

  private static ClusterEvent slice(ObjectName service, IpFamily family, String pod) {
    return new ClusterEvent.SliceSet(
        new EndpointSlice(
            new ObjectName("default", "web-" + family),
            service,
            family,
            List.of(new EndpointSlice.Port("", Protocol.TCP, 8080)),
            List.of(Endpoint.ready(pod, "node-a")),
            Optional.empty()));
  }
}
