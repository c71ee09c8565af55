package io.pointsman.iptables;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pointsman.dataplane.CommitResult;
import io.pointsman.dataplane.DataplaneException;
import io.pointsman.model.ObjectName;
import io.pointsman.net.IpFamily;
import io.pointsman.netlink.netns.CommandResult;
import io.pointsman.plan.FamilyPlan;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What real kernels make of our rules, in a network namespace of the test's own. */
class KernelTest {
  private static final String FOREIGN =
      """
      *filter
      :FOREIGN - [0:0]
      :KUBE-FIREWALL - [0:0]
      -A INPUT -j FOREIGN
      -A FOREIGN -m comment --comment "kept \\"as is\\"" -j RETURN
      COMMIT
      *mangle
      :KUBE-IPTABLES-HINT - [0:0]
      :KUBE-KUBELET-CANARY - [0:0]
      COMMIT
      """;

  /** Of a kube-proxy that was here before, some of it in a spelling that is not ours. */
  private static final String LEFTOVERS =
      """
      *filter
      :KUBE-EXTERNAL-SERVICES - [0:0]
      -A INPUT -m comment --comment "other words" -m conntrack --ctstate NEW -j KUBE-EXTERNAL-SERVICES
      COMMIT
      *nat
      :KUBE-SERVICES - [0:0]
      :KUBE-SVC-ERIFXISQEP7F7OF4 - [0:0]
      :KUBE-SEP-AAAAAAAAAAAAAAAA - [0:0]
      -A PREROUTING -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
      -A OUTPUT -p tcp -m limit --limit 5/hour -j KUBE-SERVICES
      -A KUBE-SERVICES -p tcp -m limit --limit 5/hour -j KUBE-SVC-ERIFXISQEP7F7OF4
      -A KUBE-SVC-ERIFXISQEP7F7OF4 -j KUBE-SEP-AAAAAAAAAAAAAAAA
      COMMIT
      """;

  private final Sandbox sandbox = Sandbox.create();

  @AfterEach
  void close() {
    sandbox.close();
  }

  static Stream<Arguments> variants() {
    return Sandbox.variants();
  }

  private CommandResult exec(String input, String... command) {
    return sandbox.exec(input, command);
  }

  private Tools tools(IpFamily family, Tools.Flavour flavour) {
    return sandbox.tools(family, flavour);
  }

  private static FamilyPlan plan(IpFamily family, Random random, int size) {
    FamilyPlan plan = FamilyPlan.empty(Plans.context(family));
    for (int n = 0; n < size; n++) {
      plan = Plans.with(plan, Plans.random(family, n, random));
    }
    return plan;
  }

  @ParameterizedTest
  @MethodSource("variants")
  void whatIsRenderedLoadsAndReadsBackTheSame(IpFamily family, Tools.Flavour flavour)
      throws DataplaneException {
    for (Hairpin hairpin : Hairpin.values()) {
      FamilyPlan plan = plan(family, new Random(3), 120);
      IptablesRuleset ruleset = new Compiler(hairpin).compile(plan).ruleset();
      Tools tools = tools(family, flavour);
      exec(Printer.full(ruleset), tools.program("restore")).orThrow();
      assertThat(Printer.full(tools.read())).isEqualTo(Printer.full(ruleset));
    }
  }

  @ParameterizedTest
  @MethodSource("variants")
  void commitsFollowThePlan(IpFamily family, Tools.Flavour flavour) throws DataplaneException {
    Tools tools = tools(family, flavour);
    exec(FOREIGN, tools.program("restore"), "--noflush").orThrow();
    Random random = new Random(9);
    FamilyPlan plan = plan(family, random, 60);
    try (IptablesDataplane dataplane = IptablesDataplane.open(tools, sandbox::stamp)) {
      for (int round = 0; round < 8; round++) {
        CommitResult result = dataplane.commit(plan);
        assertThat(result).isInstanceOf(CommitResult.Committed.class);
        assertThat(dataplane.drift()).isEmpty();
        assertThat(dataplane.commit(plan)).isEqualTo(new CommitResult.Committed(0));
        if (round == 4) {
          dataplane.forget();
          assertThat(dataplane.commit(plan)).isEqualTo(new CommitResult.Committed(0));
        }
        int n = random.nextInt(60);
        plan = Plans.without(plan, new ObjectName("ns-" + n % 3, "svc-" + n));
        plan = Plans.with(plan, Plans.random(family, random.nextInt(80), random));
      }
      exec("", tools.program("restore").replace("-restore", ""), "-t", "nat", "-F", "KUBE-SERVICES")
          .orThrow();
      assertThat(dataplane.drift()).containsExactly("missing or changed chain: nat KUBE-SERVICES");
      dataplane.forget();
      assertThat(dataplane.commit(plan)).isInstanceOf(CommitResult.Committed.class);
      assertThat(dataplane.drift()).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("variants")
  void aFlushedTableOrAMissingJumpIsADisturbance(IpFamily family, Tools.Flavour flavour)
      throws DataplaneException {
    Tools tools = tools(family, flavour);
    String iptables = tools.program("restore").replace("-restore", "");
    FamilyPlan plan = plan(family, new Random(5), 20);
    try (IptablesDataplane dataplane = IptablesDataplane.open(tools, sandbox::stamp)) {
      assertThat(dataplane.isDisturbed()).as("nothing is ours yet").isFalse();
      dataplane.commit(plan);
      exec("", iptables, "-A", "INPUT", "-j", "ACCEPT").orThrow();
      assertThat(dataplane.isDisturbed()).as("rules of others").isFalse();
      for (String change :
          List.of(
              "-t mangle -F",
              "-t nat -F",
              "-t filter -F",
              "-t nat -D PREROUTING 1",
              "-t filter -D INPUT 1")) {
        exec("", (iptables + " " + change).split(" ")).orThrow();
        assertThat(dataplane.isDisturbed()).as(change).isTrue();
        assertThat(dataplane.isDisturbed()).as("a look changes nothing").isTrue();
        dataplane.forget();
        dataplane.commit(plan);
        assertThat(dataplane.isDisturbed()).as("after the repair").isFalse();
        assertThat(dataplane.drift()).isEmpty();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("variants")
  void cleaningUpLeavesWhatOthersOwn(IpFamily family, Tools.Flavour flavour)
      throws DataplaneException {
    Tools tools = tools(family, flavour);
    exec(FOREIGN, tools.program("restore"), "--noflush").orThrow();
    assertThat(Tools.choose(family, sandbox.runner()).flavour()).isEqualTo(flavour);
    String before = rules(tools);
    exec(LEFTOVERS, tools.program("restore"), "--noflush").orThrow();
    IptablesBackend backend =
        new IptablesBackend(sandbox.runner(), sandbox::stamp, PacketCounters.NONE);
    try (var dataplane = backend.open(family)) {
      dataplane.commit(plan(family, new Random(4), 50));
      assertThat(rules(tools)).isNotEqualTo(before);
    }
    exec(LEFTOVERS, tools.program("restore"), "--noflush").orThrow();
    backend.cleanUp(family);
    backend.cleanUp(family);
    assertThat(withoutShared(rules(tools))).isEqualTo(withoutShared(before));
  }

  /** CNI plugins and node agents do that, by kube-proxy's word that the chain is there. */
  @ParameterizedTest
  @MethodSource("variants")
  void whoJumpsToTheMasqueradeMarkKeepsItAlsoAfterCleaningUp(IpFamily family, Tools.Flavour flavour)
      throws DataplaneException {
    Tools tools = tools(family, flavour);
    IptablesBackend backend =
        new IptablesBackend(sandbox.runner(), sandbox::stamp, PacketCounters.NONE);
    FamilyPlan plan = plan(family, new Random(4), 20);
    try (IptablesDataplane dataplane = IptablesDataplane.open(tools, sandbox::stamp)) {
      dataplane.commit(plan);
      String foreign =
          "*nat\n:AGENT - [0:0]\n-A AGENT -j KUBE-MARK-MASQ\n-A PREROUTING -j KUBE-MARK-MASQ\nCOMMIT\n";
      exec(foreign, tools.program("restore"), "--noflush").orThrow();
      assertThat(dataplane.drift()).isEmpty();
      dataplane.forget();
      assertThat(dataplane.commit(plan)).isEqualTo(new CommitResult.Committed(0));
    }
    backend.cleanUp(family);
    assertThat(rules(tools))
        .contains("-A AGENT -j KUBE-MARK-MASQ", "-A PREROUTING -j KUBE-MARK-MASQ")
        .contains("-A KUBE-MARK-MASQ -j MARK")
        .doesNotContain("KUBE-SERVICES", "KUBE-SVC-");
  }

  /** What we share with the kubelet may appear and then stays. */
  private static String withoutShared(String rules) {
    return rules.replaceAll(
        "(?m)^(:KUBE-FIREWALL|-A KUBE-FIREWALL|-A .* -j KUBE-FIREWALL).*\n", "");
  }

  private String rules(Tools tools) {
    return sandbox.saved(tools);
  }

  @ParameterizedTest
  @MethodSource("variants")
  void aRefusalLeavesEverythingAsItWas(IpFamily family, Tools.Flavour flavour)
      throws DataplaneException {
    Tools tools = tools(family, flavour);
    FamilyPlan plan = plan(family, new Random(4), 20);
    try (IptablesDataplane dataplane = IptablesDataplane.open(tools, sandbox::stamp)) {
      dataplane.commit(plan);
      String chain = someServiceChain(tools);
      // Unknown to us, as we read before: nat fails after filter.
      borrow(tools, chain);
      String before = rules(tools);
      FamilyPlan empty = FamilyPlan.empty(plan.context());
      CommitResult result = dataplane.commit(empty);
      assertThat(result).isInstanceOf(CommitResult.Rejected.class);
      assertThat(withoutShared(rules(tools))).isEqualTo(withoutShared(before));
      assertThat(result.toString()).contains("line ");
      // Now it is known, and no longer in the way.
      assertThat(dataplane.commit(empty)).isInstanceOf(CommitResult.Committed.class);
      assertThat(rules(tools)).contains(":" + chain + " ").doesNotContain("-A " + chain + " ");
      assertThat(dataplane.drift()).isEmpty();
      assertThat(dataplane.commit(empty)).isEqualTo(new CommitResult.Committed(0));
      assertThat(dataplane.commit(plan)).isInstanceOf(CommitResult.Committed.class);
      assertThat(dataplane.drift()).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("variants")
  void cleaningUpNamesTheRulesOfOthersThatKeepChainsOfOurs(IpFamily family, Tools.Flavour flavour)
      throws DataplaneException {
    Tools tools = tools(family, flavour);
    IptablesBackend backend =
        new IptablesBackend(sandbox.runner(), sandbox::stamp, PacketCounters.NONE);
    try (IptablesDataplane dataplane = IptablesDataplane.open(tools, sandbox::stamp)) {
      dataplane.commit(plan(family, new Random(4), 20));
    }
    String chain = someServiceChain(tools);
    borrow(tools, chain);
    for (int attempt = 0; attempt < 2; attempt++) {
      assertThatThrownBy(() -> backend.cleanUp(family))
          .isInstanceOf(DataplaneException.class)
          .hasMessageContaining("table nat: -A OTHER -j " + chain);
      assertThat(rules(tools).lines().filter(line -> line.contains("KUBE-") && !isShared(line)))
          .map(line -> line.replaceAll(" - *$", ""))
          .containsExactlyInAnyOrder(":" + chain, "-A OTHER -j " + chain);
    }
    String iptables = tools.program("save").replace("-save", "");
    exec("", iptables, "-t", "nat", "-F", "OTHER").orThrow();
    backend.cleanUp(family);
    assertThat(rules(tools)).doesNotContain(chain);
  }

  private static boolean isShared(String line) {
    return line.contains("KUBE-FIREWALL");
  }

  private String someServiceChain(Tools tools) {
    return rules(tools)
        .lines()
        .filter(line -> line.matches("-A KUBE-SVC-.*|-A KUBE-SEP-.*"))
        .map(line -> line.replaceAll("^-A (\\S+) .*", "$1"))
        .findFirst()
        .orElseThrow();
  }

  private void borrow(Tools tools, String chain) {
    exec(
            "*nat\n:OTHER - [0:0]\n-A OTHER -j " + chain + "\nCOMMIT\n",
            tools.program("restore"),
            "--noflush")
        .orThrow();
  }
}
