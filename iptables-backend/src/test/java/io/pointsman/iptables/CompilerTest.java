package io.pointsman.iptables;

import static org.assertj.core.api.Assertions.assertThat;

import io.pointsman.model.ObjectName;
import io.pointsman.model.ServicePortName;
import io.pointsman.net.Cidr;
import io.pointsman.net.IpAddress;
import io.pointsman.net.IpFamily;
import io.pointsman.net.Protocol;
import io.pointsman.plan.Destination;
import io.pointsman.plan.FamilyPlan;
import io.pointsman.plan.Frontend;
import io.pointsman.plan.PortPlan;
import io.pointsman.plan.Route;
import io.pointsman.plan.Target;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CompilerTest {
  private static final Compiler COMPILER = new Compiler(Hairpin.BY_PACKET);

  @Test
  void writesASmallPlanWordForWord() throws IOException {
    ServicePortName name =
        new ServicePortName(new ObjectName("default", "web"), "http", Protocol.TCP);
    List<Target> all =
        List.of(
            new Target(IpAddress.of("10.244.1.2"), 8080, true),
            new Target(IpAddress.of("10.244.2.3"), 8080, false));
    PortPlan port =
        new PortPlan(
            name,
            List.of(
                Plans.clusterIp(IpAddress.of("10.96.0.10"), Protocol.TCP, 80),
                new Frontend(
                    Frontend.Kind.LOAD_BALANCER,
                    new Destination.Virtual(IpAddress.of("203.0.113.7"), Protocol.TCP, 80)),
                new Frontend(
                    Frontend.Kind.NODE_PORT, new Destination.NodePort(Protocol.TCP, 30080))),
            new Route.Internal(all),
            new Route.ExternalLocal(all, all.subList(0, 1)),
            0,
            List.of(Cidr.of("192.0.2.0/24")),
            all);
    String text =
        new IptablesBackend().render(Plans.plan(Plans.context(IpFamily.IPV4), Plans.service(port)));
    assertThat(text).isEqualTo(resource("small-plan.rules"));
  }

  @Test
  void loadBalancersMayAskForHealthAsLongAsTheServiceIsThere() {
    ServicePortName name =
        new ServicePortName(new ObjectName("default", "web"), "http", Protocol.TCP);
    PortPlan port =
        new PortPlan(
            name,
            List.of(Plans.clusterIp(IpAddress.of("10.96.0.10"), Protocol.TCP, 80)),
            new Route.Reject(),
            new Route.Reject(),
            0,
            List.of(),
            List.of());
    FamilyPlan without = Plans.plan(Plans.context(IpFamily.IPV4), Plans.service(port));
    FamilyPlan with = Plans.with(without, Plans.withHealthCheck(Plans.service(port), 30100));
    String line =
        "-A KUBE-NODEPORTS -p tcp -m comment --comment \"default/web health check node port\""
            + " -m tcp --dport 30100 -j ACCEPT";
    assertThat(new IptablesBackend().render(with)).contains(line);
    Compilation before = COMPILER.compile(with);
    assertThat(Differ.diff(before.ruleset(), COMPILER.compile(before, without).ruleset()).written())
        .containsExactly(
            java.util.Map.entry(new ChainId(Table.FILTER, ChainNames.NODE_PORTS), List.of()));
  }

  @ParameterizedTest
  @EnumSource
  void anIncrementalCompilationEqualsAFullOne(IpFamily family) {
    for (int seed = 0; seed < 8; seed++) {
      Random random = new Random(seed);
      FamilyPlan plan = FamilyPlan.empty(Plans.context(family));
      Compilation compilation = COMPILER.compile(plan);
      for (int round = 0; round < 30; round++) {
        for (int change = random.nextInt(6); change >= 0; change--) {
          int n = random.nextInt(120);
          plan =
              random.nextInt(4) == 0
                  ? Plans.without(plan, new ObjectName("ns-" + n % 3, "svc-" + n))
                  : Plans.with(plan, Plans.random(family, n, random));
        }
        compilation = COMPILER.compile(compilation, plan);
        assertThat(compilation.ruleset().equals(COMPILER.compile(plan).ruleset()))
            .as("seed %d round %d", seed, round)
            .isTrue();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void parseIsTheInverseOfPrintAndApplyOfDiff(IpFamily family) {
    for (int seed = 0; seed < 20; seed++) {
      Random random = new Random(seed);
      IptablesRuleset a = random(family, random);
      IptablesRuleset b = random(family, random);
      assertThat(SaveParser.parse(Printer.full(a), family).equals(a)).isTrue();
      assertThat(Differ.apply(a, Differ.diff(a, b)).equals(b)).isTrue();
      assertThat(Differ.diff(a, a).isEmpty()).isTrue();
      assertThat(Printer.script(a, Differ.diff(a, a)).lines()).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aRuleNamesOnlyChainsThatExist(IpFamily family) {
    for (Hairpin hairpin : Hairpin.values()) {
      Random random = new Random(5);
      FamilyPlan plan = FamilyPlan.empty(Plans.context(family));
      for (int n = 0; n < 200; n++) {
        plan = Plans.with(plan, Plans.random(family, n, random));
      }
      IptablesRuleset ruleset = new Compiler(hairpin).compile(plan).ruleset();
      Set<ChainId> chains =
          ruleset.chains().stream().map(java.util.Map.Entry::getKey).collect(Collectors.toSet());
      Set<ChainId> named =
          ruleset.chains().stream()
              .flatMap(e -> e.getValue().stream().flatMap(r -> jump(e.getKey(), r)))
              .collect(Collectors.toSet());
      assertThat(chains).containsAll(named);
      assertThat(chains).allMatch(chain -> ChainNames.isOwned(chain.name()));
    }
  }

  @Test
  void aPacketToOneOfTenThousandServicesIsComparedFewTimes() {
    Random random = new Random(1);
    FamilyPlan plan = FamilyPlan.empty(Plans.context(IpFamily.IPV4));
    for (int n = 0; n < 10_000; n++) {
      plan = Plans.with(plan, Plans.random(IpFamily.IPV4, n, random));
    }
    Compilation before = COMPILER.compile(plan);
    for (int n = 0; n < 10_000; n += 97) {
      IpAddress address = Plans.address(IpFamily.IPV4, "10.96.0.0", "::", n * 7);
      assertThat(comparisons(before.ruleset(), Table.NAT, ChainNames.SERVICES, address))
          .isLessThanOrEqualTo(80);
    }
    Compilation after =
        COMPILER.compile(before, Plans.without(plan, new ObjectName("ns-0", "svc-5001")));
    assertThat(Differ.diff(before.ruleset(), after.ruleset()).written())
        .hasSizeLessThanOrEqualTo(8);
  }

  /** How many rules a packet to an address and no port of interest meets. */
  private static int comparisons(
      IptablesRuleset ruleset, Table table, String chain, IpAddress address) {
    int count = 0;
    for (Rule rule : ruleset.chains().get(new ChainId(table, chain)).orElseThrow()) {
      count++;
      if (rule.action() instanceof Action.Jump(String to)
          && to.startsWith("KUBE-IP-")
          && rule.matches().stream()
              .allMatch(m ->
                  m instanceof Match.Comment
                      || (m instanceof Match.Destination(Cidr cidr, boolean not)
                          && !not
                          && cidr.contains(address)))) {
        count += comparisons(ruleset, table, to, address);
      }
    }
    return count;
  }

  private static Stream<ChainId> jump(ChainId from, Rule rule) {
    return rule.action() instanceof Action.Jump(String to)
        ? Stream.of(new ChainId(from.table(), to))
        : Stream.empty();
  }

  private static String resource(String name) throws IOException {
    try (InputStream file =
        Objects.requireNonNull(CompilerTest.class.getResourceAsStream(name), name)) {
      return new String(file.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static IptablesRuleset random(IpFamily family, Random random) {
    FamilyPlan plan = FamilyPlan.empty(Plans.context(family));
    for (int n = 0; n < 80; n++) {
      if (random.nextBoolean()) {
        plan = Plans.with(plan, Plans.random(family, n, random));
      }
    }
    return COMPILER.compile(plan).ruleset();
  }
}
