package io.pointsman.iptables;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pointsman.dataplane.Backend;
import io.pointsman.dataplane.CommitResult;
import io.pointsman.dataplane.DataplaneException;
import io.pointsman.model.ObjectName;
import io.pointsman.net.IpFamily;
import io.pointsman.plan.FamilyPlan;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

/** What we make of the words of the tools. */
class ToolsTest {
  private static CommandRunner.Outcome says(int code, String output, String errors) {
    return new CommandRunner.Outcome(code, output, errors);
  }

  @Test
  void theServiceLoaderFindsTheBackend() {
    assertThat(ServiceLoader.load(Backend.class).stream().map(p -> p.get().mode()))
        .contains("iptables");
  }

  @Test
  void aMissingToolIsNamedWithItsPackage() {
    IptablesBackend backend =
        new IptablesBackend(
            (command, environment, input, limit) -> {
              throw new IOException("Cannot run program \"" + command.getFirst() + "\"");
            },
            none -> TableStamp.NONE,
            PacketCounters.NONE);
    assertThatThrownBy(() -> backend.open(IpFamily.IPV6))
        .isInstanceOf(DataplaneException.class)
        .hasMessageContaining("ip6tables-restore")
        .hasMessageContaining("Debian package 'iptables'");
  }

  @Test
  void aHeldLockIsNoRefusal() {
    Tools tools =
        new Tools(
            IpFamily.IPV4,
            Tools.Flavour.LEGACY,
            (command, environment, input, limit) ->
                says(4, "", "Another app is currently holding the xtables lock."));
    assertThatThrownBy(() -> IptablesDataplane.open(tools, none -> TableStamp.NONE))
        .isInstanceOf(DataplaneException.class)
        .hasMessageContaining("/run/xtables.lock");
  }

  /** Else rules would go where the host does not look, for lack of a right that was overlooked. */
  @Test
  void aFlavourThatMayNotBeReadIsNotPassedOver() {
    CommandRunner host =
        (command, environment, input, limit) ->
            command.getLast().equals("--version") || command.getFirst().contains("-nft")
                ? says(0, "", "")
                : says(1, "", "Cannot initialize: Permission denied (you must be root)");
    assertThatThrownBy(() -> Tools.choose(IpFamily.IPV4, host))
        .isInstanceOf(DataplaneException.class)
        .hasMessageContaining("iptables-legacy-save")
        .hasMessageContaining("CAP_NET_RAW");
    CommandRunner marked =
        (command, environment, input, limit) ->
            command.getFirst().equals("iptables-nft-save") && !command.getLast().equals("--version")
                ? says(0, "*mangle\n:KUBE-KUBELET-CANARY - [0:0]\nCOMMIT\n", "")
                : host.run(command, environment, input, limit);
    assertThatCode(() -> Tools.choose(IpFamily.IPV4, marked)).doesNotThrowAnyException();
  }

  @Test
  void lackingRightsAreNamed() {
    Tools tools =
        new Tools(
            IpFamily.IPV4,
            Tools.Flavour.NFT,
            (command, environment, input, limit) ->
                says(
                    4,
                    "",
                    "Could not fetch rule set generation id: Permission denied (you must be"
                        + " root)"));
    assertThatThrownBy(() -> IptablesDataplane.open(tools, none -> TableStamp.NONE))
        .hasMessageContaining("run as root");
  }

  @Test
  void theKubeletsTraceDecidesTheFlavour() throws DataplaneException {
    CommandRunner legacy =
        (command, environment, input, limit) ->
            command.getFirst().equals("iptables-legacy-save")
                ? says(0, "*mangle\n:KUBE-KUBELET-CANARY - [0:0]\nCOMMIT\n", "")
                : says(0, "*filter\n-A INPUT -j ACCEPT\nCOMMIT\n", "");
    assertThat(Tools.choose(IpFamily.IPV4, legacy).flavour()).isEqualTo(Tools.Flavour.LEGACY);
    CommandRunner mostlyNft =
        (command, environment, input, limit) ->
            says(0, command.getFirst().contains("nft") ? "*nat\n-A INPUT -j ACCEPT\n" : "", "");
    assertThat(Tools.choose(IpFamily.IPV4, mostlyNft).flavour()).isEqualTo(Tools.Flavour.NFT);
    CommandRunner empty = (command, environment, input, limit) -> says(0, "", "");
    assertThat(Tools.choose(IpFamily.IPV4, empty).flavour()).isEqualTo(Tools.Flavour.DEFAULT);
  }

  @Test
  void aRefusalNamesTheRuleAndItsService() throws DataplaneException {
    FamilyPlan plan = FamilyPlan.empty(Plans.context(IpFamily.IPV4));
    for (int n = 0; n < 6; n++) {
      plan = Plans.with(plan, Plans.random(IpFamily.IPV4, n, new Random(n)));
    }
    CommandRunner refusing =
        (command, environment, input, limit) -> {
          ByteArrayOutputStream read = new ByteArrayOutputStream();
          input.writeTo(read);
          List<String> lines = read.toString(StandardCharsets.UTF_8).lines().toList();
          for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).startsWith("-A") && lines.get(i).contains("\"ns-0/svc-3")) {
              return says(1, "", "iptables-restore: line " + (i + 1) + " failed");
            }
          }
          return says(0, "", "");
        };
    try (IptablesDataplane dataplane =
        IptablesDataplane.open(
            new Tools(IpFamily.IPV4, Tools.Flavour.DEFAULT, refusing), none -> TableStamp.NONE)) {
      assertThat(dataplane.commit(plan))
          .isInstanceOfSatisfying(
              CommitResult.Rejected.class,
              rejected -> {
                CommitResult.Refusal refusal = rejected.refusals().getFirst();
                assertThat(refusal.service())
                    .isEqualTo(Optional.of(new ObjectName("ns-0", "svc-3")));
                assertThat(refusal.object()).contains("ns-0/svc-3");
              });
    }
  }

  @Test
  void aCommentCannotBreakOutOfItsRule() {
    Rule rule =
        Rule.of(
            new Action.Drop(), new Match.Comment("a\" -j ACCEPT\n-A INPUT \\ é" + "x".repeat(300)));
    assertThat(Printer.rule(rule))
        .startsWith(" -m comment --comment \"a_ -j ACCEPT_-A INPUT _ _xxx")
        .doesNotContain("\n")
        .hasSizeLessThan(300);
  }
}
