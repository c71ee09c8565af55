package io.pointsman.iptables;

import static org.assertj.core.api.Assertions.assertThat;

import io.pointsman.dataplane.CommitResult;
import io.pointsman.dataplane.DataplaneException;
import io.pointsman.net.IpFamily;
import io.pointsman.plan.FamilyPlan;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a look for disturbances costs, and what it sees. */
class DisturbanceTest {
  /** Counts the processes that it lets run. */
  private static final class Counting implements CommandRunner {
    private final CommandRunner runner;
    private int started;

    Counting(CommandRunner runner) {
      this.runner = runner;
    }

    @Override
    public Outcome run(
        List<String> command, Map<String, String> environment, Input input, Duration limit)
        throws IOException {
      started++;
      return runner.run(command, environment, input, limit);
    }

    /** How many since the last call. */
    int taken() {
      int count = started;
      started = 0;
      return count;
    }
  }

  /** A kernel whose checks and marks the test decides. */
  private static final class Scripted implements CommandRunner, TableStamp {
    private Optional<Mark> mark = Optional.of(new Mark(List.of(0)));
    private Outcome answer = new Outcome(0, "", "");
    private String saved = "";
    private long now;
    private long savingTakes;
    private Runnable duringRun = () -> {};
    private boolean closed;

    void changed(int to) {
      mark = Optional.of(new Mark(List.of(to)));
    }

    @Override
    public Outcome run(
        List<String> command, Map<String, String> environment, Input input, Duration limit)
        throws IOException {
      if (answer.exitCode() == 137) {
        throw new Unfinished("killed");
      }
      duringRun.run();
      if (!command.getFirst().endsWith("-save")) {
        return answer;
      }
      now += savingTakes;
      return new Outcome(0, saved, "");
    }

    @Override
    public Optional<Mark> read() {
      return mark;
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  private static final FamilyPlan EMPTY = FamilyPlan.empty(Plans.context(IpFamily.IPV4));
  private static final CommandRunner.Outcome REFUSED =
      new CommandRunner.Outcome(1, "", "iptables-restore: line 3 failed");

  private final Scripted kernel = new Scripted();
  private final Counting processes = new Counting(kernel);
  private final OwnWrite ownWrite = new OwnWrite();

  private IptablesDataplane scripted() throws DataplaneException {
    IptablesDataplane dataplane =
        IptablesDataplane.open(
            new Tools(IpFamily.IPV4, Tools.Flavour.LEGACY, processes),
            tools -> kernel,
            PacketCounters.NONE,
            new Suspicion(ownWrite, () -> kernel.now));
    assertThat(dataplane.isDisturbed()).as("nothing of ours to disturb").isFalse();
    commit(dataplane, EMPTY);
    kernel.saved =
        Printer.full(
            new Compiler(Hairpin.BY_PACKET, InvalidPackets.bySysctl(), false)
                .compile(EMPTY)
                .ruleset());
    return dataplane;
  }

  private static void commit(IptablesDataplane dataplane, FamilyPlan plan)
      throws DataplaneException {
    assertThat(dataplane.commit(plan)).isInstanceOf(CommitResult.Committed.class);
  }

  private void look(IptablesDataplane dataplane, boolean disturbed, int started)
      throws DataplaneException {
    processes.taken();
    assertThat(dataplane.isDisturbed()).isEqualTo(disturbed);
    assertThat(processes.taken()).as("processes").isEqualTo(started);
  }

  @Test
  void whileNothingChangesNoProcessRuns() throws DataplaneException {
    try (IptablesDataplane dataplane = scripted()) {
      look(dataplane, false, 1);
      look(dataplane, false, 0);
      look(dataplane, false, 0);
      kernel.changed(1);
      look(dataplane, false, 2);
      look(dataplane, false, 0);
      dataplane.commit(EMPTY);
      look(dataplane, false, 0);
      assertThat(kernel.closed).isFalse();
    }
    assertThat(kernel.closed).isTrue();
  }

  @Test
  void aDisturbanceStaysOneUntilItIsRepaired() throws DataplaneException {
    try (IptablesDataplane dataplane = scripted()) {
      look(dataplane, false, 1);
      kernel.changed(1);
      kernel.answer = REFUSED;
      look(dataplane, true, 1);
      look(dataplane, true, 1);
      kernel.changed(0);
      look(dataplane, true, 1);
      kernel.answer = new CommandRunner.Outcome(0, "", "");
      dataplane.forget();
      commit(dataplane, EMPTY);
      look(dataplane, false, 1);
      look(dataplane, false, 0);
    }
  }

  @Test
  void theMarkAfterACommitIsNotTrusted() throws DataplaneException {
    try (IptablesDataplane dataplane = scripted()) {
      look(dataplane, false, 1);
      // A foreign change on the heels of ours: there is but one mark for both.
      kernel.duringRun = () -> kernel.changed(1);
      commit(dataplane, Plans.with(EMPTY, Plans.random(IpFamily.IPV4, 1, new Random(1))));
      kernel.answer = REFUSED;
      look(dataplane, true, 1);
    }
  }

  @Test
  void aChangeDuringTheCheckIsSeenByTheNextLook() throws DataplaneException {
    try (IptablesDataplane dataplane = scripted()) {
      kernel.duringRun = () -> kernel.changed(1);
      look(dataplane, false, 1);
      kernel.duringRun = () -> {};
      look(dataplane, false, 2);
      look(dataplane, false, 0);
    }
  }

  @Test
  void whatOneServiceHasIsReadWhenSomebodyElseWrote() throws DataplaneException {
    try (IptablesDataplane dataplane = scripted()) {
      look(dataplane, false, 1);
      String whole = kernel.saved;
      kernel.saved = whole.replaceFirst("(?m)^-A KUBE-POSTROUTING .*\n", "");
      assertThat(kernel.saved).isNotEqualTo(whole);
      kernel.changed(1);
      look(dataplane, true, 2);
    }
  }

  @Test
  void ownCommitsAreNoReasonToReadAll() throws DataplaneException {
    try (IptablesDataplane dataplane = scripted()) {
      look(dataplane, false, 1);
      kernel.duringRun = () -> kernel.changed(1);
      commit(dataplane, Plans.with(EMPTY, Plans.random(IpFamily.IPV4, 1, new Random(1))));
      look(dataplane, false, 1);
      look(dataplane, false, 0);
    }
  }

  /** All of nf_tables have one generation. */
  @Test
  void whatTheOtherFamilyWritesIsNoReasonToReadAll() throws DataplaneException {
    try (IptablesDataplane one = scripted();
        IptablesDataplane other = scripted()) {
      look(one, false, 1);
      look(other, false, 1);
      kernel.duringRun = () -> kernel.changed(1);
      commit(other, Plans.with(EMPTY, Plans.random(IpFamily.IPV4, 1, new Random(1))));
      kernel.duringRun = () -> {};
      look(one, false, 1);
      kernel.changed(2);
      look(one, false, 2);
    }
  }

  @Test
  void aForeignChangeBeforeACommitIsNotForgottenByIt() throws DataplaneException {
    try (IptablesDataplane dataplane = scripted()) {
      look(dataplane, false, 1);
      kernel.changed(1);
      kernel.duringRun = () -> kernel.changed(2);
      commit(dataplane, Plans.with(EMPTY, Plans.random(IpFamily.IPV4, 1, new Random(1))));
      look(dataplane, true, 2);
    }
  }

  @Test
  void readingAllTakesAHundredthOfTheTimeAtMost() throws DataplaneException {
    try (IptablesDataplane dataplane = scripted()) {
      look(dataplane, false, 1);
      kernel.savingTakes = 1_000_000_000;
      kernel.changed(1);
      look(dataplane, false, 2);
      kernel.changed(2);
      look(dataplane, false, 1);
      kernel.now += 98_000_000_000L;
      look(dataplane, false, 0);
      kernel.now += 1_000_000_000;
      look(dataplane, false, 1);
      look(dataplane, false, 0);
    }
  }

  @Test
  void withoutAMarkEachLookChecks() throws DataplaneException {
    try (IptablesDataplane dataplane = scripted()) {
      kernel.mark = Optional.empty();
      look(dataplane, false, 1);
      look(dataplane, false, 1);
    }
  }

  @Test
  void aCheckThatWasKilledProvesNothing() throws DataplaneException {
    try (IptablesDataplane dataplane = scripted()) {
      kernel.answer = new CommandRunner.Outcome(137, "", "");
      look(dataplane, false, 1);
      kernel.answer = REFUSED;
      look(dataplane, true, 1);
    }
  }

  @Test
  void theDefaultFlavourIsToldByItsVersion() {
    for (boolean nft : List.of(true, false)) {
      String version = "iptables-save v1.8.9 (" + (nft ? "nf_tables" : "legacy") + ")\n";
      Tools tools =
          new Tools(
              IpFamily.IPV4,
              Tools.Flavour.DEFAULT,
              (command, environment, input, limit) -> new CommandRunner.Outcome(0, version, ""));
      assertThat(tools.isNft()).isEqualTo(nft);
    }
  }

  static Stream<Arguments> variants() {
    return Sandbox.variants();
  }

  @ParameterizedTest
  @MethodSource("variants")
  void theKernelTellsWhenToCheck(IpFamily family, Tools.Flavour flavour) throws DataplaneException {
    try (Sandbox sandbox = Sandbox.create()) {
      Counting inside = new Counting(sandbox.runner());
      Tools tools = new Tools(family, flavour, inside);
      String iptables = tools.program("restore").replace("-restore", "");
      try (IptablesDataplane dataplane =
          IptablesDataplane.open(
              tools,
              sandbox::stamp,
              PacketCounters.NONE,
              new Suspicion(new OwnWrite(), () -> 0L))) {
        FamilyPlan plan = FamilyPlan.empty(Plans.context(family));
        commit(dataplane, Plans.with(plan, Plans.random(family, 1, new Random(1))));
        settle(dataplane, inside);
        String others = flavour == Tools.Flavour.NFT ? " -t raw -A PREROUTING" : " -A INPUT";
        sandbox.exec("", (iptables + others + " -j ACCEPT").split(" ")).orThrow();
        assertThat(dataplane.isDisturbed()).as("rules of others").isFalse();
        assertThat(inside.taken()).isEqualTo(2);
        settle(dataplane, inside);
        for (String change :
            List.of(
                "-t nat -D PREROUTING 1",
                "-t nat -F",
                "-t filter -F INPUT",
                "-t mangle -F",
                "-t nat -D " + ofOneService(dataplane) + " 1",
                "-t nat -A " + ofOneService(dataplane) + " -j RETURN")) {
          sandbox.exec("", (iptables + " " + change).split(" ")).orThrow();
          assertThat(dataplane.isDisturbed()).as(change).isTrue();
          dataplane.forget();
          commit(dataplane, Plans.with(plan, Plans.random(family, 1, new Random(1))));
          settle(dataplane, inside);
        }
        assertThat(dataplane.drift()).isEmpty();
      }
    }
  }

  /** A chain in which one Service's rules are. */
  private static String ofOneService(IptablesDataplane dataplane) throws DataplaneException {
    return dataplane
        .readBack()
        .lines()
        .filter(line -> line.matches("-A KUBE-(SEP|SVC|SVL|EXT|FW)-.*"))
        .map(line -> line.split(" ", -1)[1])
        .findFirst()
        .orElseThrow();
  }

  /** One look that may check, then looks that cost nothing. */
  private static void settle(IptablesDataplane dataplane, Counting processes)
      throws DataplaneException {
    assertThat(dataplane.isDisturbed()).isFalse();
    processes.taken();
    for (int look = 0; look < 3; look++) {
      assertThat(dataplane.isDisturbed()).isFalse();
    }
    assertThat(processes.taken()).as("processes while nothing changes").isZero();
  }

  @ParameterizedTest
  @MethodSource("variants")
  void whatMarksCannotTellIsCheckedNowAndThen(IpFamily family, Tools.Flavour flavour)
      throws DataplaneException {
    try (Sandbox sandbox = Sandbox.create()) {
      Tools tools = sandbox.tools(family, flavour);
      String iptables = tools.program("restore").replace("-restore", "");
      try (IptablesDataplane dataplane = IptablesDataplane.open(tools, sandbox::stamp)) {
        commit(dataplane, FamilyPlan.empty(Plans.context(family)));
        assertThat(dataplane.isDisturbed()).isFalse();
        // As large as our jump: the comment is there, only the verdict differs.
        String equal = iptables + " -t nat -R POSTROUTING 1 -m comment --comment other -j ACCEPT";
        sandbox.exec("", equal.split(" ")).orThrow();
        int looks = 1;
        while (!dataplane.isDisturbed() && looks < 5000) {
          looks++;
        }
        if (flavour == Tools.Flavour.NFT) {
          assertThat(looks).isEqualTo(1);
        } else {
          assertThat(looks).isBetween(2, 1200);
        }
      }
    }
  }
}
