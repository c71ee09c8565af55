package io.pointsman.nftables;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.pointsman.collect.PersistentMap;
import io.pointsman.net.IpAddress;
import io.pointsman.net.IpFamily;
import io.pointsman.net.Protocol;
import io.pointsman.trace.Disposition;
import io.pointsman.trace.Host;
import io.pointsman.trace.Outcome;
import io.pointsman.trace.Packet;
import io.pointsman.trace.TraceException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Expressions one by one, and chains made by hand. */
class RuleMachineTest {
  private static final Host HOST =
      new Host(Set.of(IpAddress.of("172.29.0.11"), IpAddress.of("fd00:29::11")));
  private static final Packet V4 =
      new Packet(
          new Packet.Origin.Arriving("cbr0"),
          IpAddress.of("10.244.0.5"),
          IpAddress.of("10.96.0.10"),
          Protocol.TCP,
          80);
  private static final Packet V6 =
      new Packet(
          new Packet.Origin.Arriving("cbr0"),
          IpAddress.of("fd00:244::5"),
          IpAddress.of("fd00:96::a"),
          Protocol.SCTP,
          80);
  private static final Expression LOAD_MARK = new Expression.LoadMeta(0, Expression.MetaKey.MARK);

  private static Bytes hex(String digits) {
    return Bytes.of(HexFormat.of().parseHex(digits));
  }

  private static Expression equal(int from, Bytes value) {
    return new Expression.Compare(from, Expression.Relation.EQUAL, value);
  }

  private static Expression constant(int to, String digits) {
    return new Expression.Constant(to, hex(digits));
  }

  private static RuleMachine machine(Packet packet) {
    return machine(Ruleset.bare(packet.family()), packet);
  }

  private static RuleMachine machine(Ruleset ruleset, Packet packet) {
    return new RuleMachine(new TracedRules(ruleset), new TracedPacket(packet), HOST, new Draws());
  }

  private static boolean holds(Packet packet, Expression... rule) {
    return machine(packet).run(List.of(rule)).decision() instanceof Decision.Continue;
  }

  /** Offsets of RFC 791, 8200 and 793, told once more here and by hand. */
  @ParameterizedTest
  @CsvSource({
    "V4, NETWORK,   9,  06",
    "V4, NETWORK,   12, 0af40005",
    "V4, NETWORK,   16, 0a60000a",
    "V4, NETWORK,   13, f400050a",
    "V4, TRANSPORT, 2,  0050",
    "V6, NETWORK,   6,  84",
    "V6, NETWORK,   8,  fd000244000000000000000000000005",
    "V6, NETWORK,   24, fd00009600000000000000000000000a",
    "V6, TRANSPORT, 2,  0050",
  })
  void payloadIsReadWhereTheHeadersHaveIt(
      String which, Expression.Header header, int offset, String expected) {
    Packet packet = which.equals("V4") ? V4 : V6;
    Bytes value = hex(expected);
    assertThat(
            holds(
                packet, new Expression.Payload(0, header, offset, value.length()), equal(0, value)))
        .isTrue();
  }

  @ParameterizedTest
  @CsvSource({"NETWORK, 0, 1", "NETWORK, 8, 1", "TRANSPORT, 0, 2", "TRANSPORT, 4, 2"})
  void whatAPacketDoesNotTellCannotBeRead(Expression.Header header, int offset, int length) {
    assertThatThrownBy(() -> holds(V4, new Expression.Payload(0, header, offset, length)))
        .isInstanceOf(TraceException.class)
        .hasMessageStartingWith("expression 1 reads");
  }

  @Test
  void aRegisterThatTheRuleHasNotFilledCannotBeRead() {
    Expression port = new Expression.Payload(0, Expression.Header.TRANSPORT, 2, 2);
    assertThat(holds(V4, port, equal(0, hex("00500000")))).isTrue();
    assertThatThrownBy(() -> holds(V4, port, equal(0, hex("0050000000"))))
        .isInstanceOf(TraceException.class)
        .hasMessageStartingWith("expression 2 reads 5 bytes of register 0");
    RuleMachine machine = machine(V4);
    machine.run(List.of(port));
    assertThatThrownBy(() -> machine.run(List.of(equal(0, hex("0050")))))
        .isInstanceOf(TraceException.class);
  }

  /** Register 1 of 16 bytes is the words 0 to 3. */
  @Test
  void wordsAndWholeRegistersAreTheSameMemory() {
    assertThat(
            holds(
                V4,
                constant(0, "00112233445566778899aabbccddeeff"),
                equal(2, hex("8899aabb")),
                constant(3, "01"),
                equal(0, hex("00112233445566778899aabb01000000"))))
        .isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "EQUAL, false, true, false",
    "NOT_EQUAL, true, false, true",
    "LESS, true, false, false",
    "LESS_OR_EQUAL, true, true, false",
    "GREATER, false, false, true",
    "GREATER_OR_EQUAL, false, true, true",
  })
  void bytesAreComparedAsUnsignedOnes(
      Expression.Relation relation, boolean less, boolean same, boolean greater) {
    Expression.Compare to80 = new Expression.Compare(0, relation, hex("8000"));
    assertThat(holds(V4, constant(0, "7fff"), to80)).isEqualTo(less);
    assertThat(holds(V4, constant(0, "8000"), to80)).isEqualTo(same);
    assertThat(holds(V4, constant(0, "8001"), to80)).isEqualTo(greater);
  }

  @ParameterizedTest
  @CsvSource({"0f, false", "10, true", "1f, true", "20, true", "21, false"})
  void rangesHoldTheirEnds(String value, boolean inside) {
    Expression.Between range = new Expression.Between(0, false, hex("10"), hex("20"));
    Expression.Between others = new Expression.Between(0, true, hex("10"), hex("20"));
    assertThat(holds(V4, constant(0, value), range)).isEqualTo(inside);
    assertThat(holds(V4, constant(0, value), others)).isEqualTo(!inside);
  }

  @Test
  void maskAndFlip() {
    assertThat(
            holds(
                V4,
                constant(0, "0f3c"),
                new Expression.Bitwise(5, 0, hex("ff0f"), hex("0101")),
                equal(5, hex("0e0d"))))
        .isTrue();
  }

  @Test
  void theMarkStaysWithThePacketFromRuleToRule() {
    RuleMachine machine = machine(V4);
    Bytes mark = Bytes.ofNumber(0x4000);
    assertThat(machine.run(List.of(LOAD_MARK, equal(0, Bytes.ofNumber(0)))).decision())
        .isInstanceOf(Decision.Continue.class);
    machine.run(
        List.of(
            new Expression.Constant(0, mark),
            new Expression.StoreMeta(Expression.MetaKey.MARK, 0)));
    assertThat(machine.run(List.of(LOAD_MARK, equal(0, mark))).decision())
        .isInstanceOf(Decision.Continue.class);
  }

  @ParameterizedTest
  @EnumSource(IpFamily.class)
  void aConnectionKeepsItsOriginal(IpFamily family) {
    Packet packet = family == IpFamily.IPV4 ? V4 : V6;
    Expression.ConntrackKey destination =
        family == IpFamily.IPV4
            ? Expression.ConntrackKey.DESTINATION_V4
            : Expression.ConntrackKey.DESTINATION_V6;
    Expression load = new Expression.Conntrack(0, Expression.ConntrackKey.STATUS);
    Expression redirected = new Expression.Bitwise(0, 0, Bytes.ofNumber(32), Bytes.ofNumber(0));
    RuleMachine machine = machine(packet);
    assertThat(machine.run(List.of(load, redirected, equal(0, Bytes.ofNumber(0)))).decision())
        .isInstanceOf(Decision.Continue.class);
    byte[] endpoint = IpAddress.of(family == IpFamily.IPV4 ? "10.244.1.1" : "fd00::1").bytes();
    machine.run(
        List.of(
            new Expression.Constant(0, Bytes.of(endpoint)),
            constant(4, "1f90"),
            new Expression.Redirect(0, OptionalInt.of(4))));
    assertThat(
            machine
                .run(
                    List.of(
                        load,
                        redirected,
                        equal(0, Bytes.ofNumber(32)),
                        new Expression.Conntrack(0, destination),
                        equal(0, Bytes.of(packet.destination().bytes())),
                        new Expression.Conntrack(0, Expression.ConntrackKey.DESTINATION_PORT),
                        equal(0, hex("0050")),
                        new Expression.Payload(0, Expression.Header.TRANSPORT, 2, 2),
                        equal(0, hex("1f90"))))
                .decision())
        .isInstanceOf(Decision.Continue.class);
  }

  @Test
  void whatIsNotUnderstoodIsNamedWhereItIsMet() {
    Expression unknown = new Expression.Unknown("quota", "1=00");
    assertThat(holds(V4, LOAD_MARK, equal(0, hex("ff")), unknown)).isFalse();
    assertThatThrownBy(() -> holds(V4, LOAD_MARK, unknown))
        .isInstanceOf(TraceException.class)
        .hasMessage("expression 2 is 'quota' with attributes {1=00}, which cannot be traced");
    assertThatThrownBy(() -> holds(V4, LOAD_MARK, new Expression.Contains("theirs", 0, false)))
        .isInstanceOf(TraceException.class)
        .hasMessageContaining("'theirs', which is no set of this version");
  }

  private static Expression remember(Expression.Change change, int data) {
    return new Expression.ChangeElement("affinity", change, 0, OptionalInt.of(data), 60_000);
  }

  /** Packets fill these maps: at first they are empty, and what is there keeps its data. */
  @Test
  void memoriesStartEmptyAndKeepTheirFirstData() {
    RuleMachine machine = machine(V4);
    List<Expression> key =
        List.of(
            new Expression.Payload(0, Expression.Header.NETWORK, 12, 4),
            new Expression.LoadMeta(1, Expression.MetaKey.PRIORITY));
    Expression first = constant(4, "0af40101");
    Expression second = constant(5, "0af40202");
    Expression find = new Expression.Find("affinity", 0, 8);
    assertThat(machine.run(with(key, find)).decision()).isInstanceOf(Decision.Break.class);
    List<Expression> twice =
        with(
            key,
            first,
            second,
            remember(Expression.Change.ADD, 4),
            remember(Expression.Change.UPDATE, 5),
            find,
            equal(8, hex("0af40101")));
    assertThat(machine.run(twice).decision()).isInstanceOf(Decision.Continue.class);
    List<Expression> again = with(key, first, find, remember(Expression.Change.DELETE, 4), find);
    RuleMachine.Result gone = machine.run(again);
    assertThat(gone.decision()).isInstanceOf(Decision.Break.class);
    assertThat(machine.run(with(key, find)).decision()).isInstanceOf(Decision.Break.class);
  }

  private static List<Expression> with(List<Expression> start, Expression... more) {
    return Stream.concat(start.stream(), Stream.of(more)).toList();
  }

  private static Ruleset table(Map<String, Chain> chains) {
    Ruleset bare = Ruleset.bare(IpFamily.IPV4);
    PersistentMap<String, Chain> all = PersistentMap.empty();
    for (Map.Entry<String, Chain> chain : chains.entrySet()) {
      all = all.with(chain.getKey(), chain.getValue());
    }
    return bare.with(all, bare.elements());
  }

  private static Rule rule(Expression... expressions) {
    return Rule.read(IpFamily.IPV4, List.of(expressions));
  }

  private static Chain base(Hook hook, Rule... rules) {
    return new Chain(Optional.of(hook), List.of(rules));
  }

  private static Chain regular(Rule... rules) {
    return new Chain(Optional.empty(), List.of(rules));
  }

  private static Expression jump(String chain) {
    return new Expression.Decide(new Decision.Jump(chain));
  }

  private static List<Outcome> outcomes(Map<String, Chain> chains) {
    return new NftablesTracer(table(chains)).trace(V4, HOST).outcomes();
  }

  /** Two draws: every pair once, with the product of the probabilities. */
  @Test
  void allDrawsAreMade() {
    Expression toAddress = new Expression.Draw(0, 3, Bytes.of(new byte[] {10, 0, 0, 0}).number());
    Rule redirect =
        rule(
            new Expression.Draw(8, 2, 7),
            toAddress,
            constant(4, "1f90"),
            new Expression.Bitwise(4, 8, Bytes.ofNumber(-1), Bytes.ofNumber(0)),
            new Expression.Redirect(0, OptionalInt.of(4)));
    List<Outcome> outcomes = outcomes(Map.of("nat", base(Hook.NAT_PREROUTING, redirect)));
    assertThat(outcomes)
        .hasSize(6)
        .allSatisfy(outcome -> assertThat(outcome.share()).isCloseTo(1.0 / 6, within(1e-12)))
        .doesNotHaveDuplicates();
    assertThat(outcomes).extracting(Outcome::path).containsOnly(outcomes.getFirst().path());
    assertThat(outcomes).extracting(Outcome::disposition).doesNotHaveDuplicates();
  }

  @Test
  void aDrawWithoutConsequenceMakesOneOutcome() {
    Rule rule = rule(new Expression.Draw(0, 100, 0), new Expression.Count());
    assertThat(outcomes(Map.of("filter", base(Hook.FILTER_FORWARD, rule))))
        .singleElement()
        .satisfies(outcome -> assertThat(outcome.share()).isCloseTo(1, within(1e-9)))
        .satisfies(outcome ->
            assertThat(outcome.path()).containsExactly(new Outcome.Step("filter", "counter")));
  }

  @Test
  void moreDrawsThanAnyTableOfOursAreRefused() {
    Rule rule = rule(new Expression.Draw(0, Integer.MAX_VALUE, 0));
    assertThatThrownBy(() -> outcomes(Map.of("filter", base(Hook.FILTER_FORWARD, rule))))
        .isInstanceOf(TraceException.class)
        .hasMessageContaining("rule 1 of chain filter")
        .hasMessageContaining("draws among 2147483647 numbers");
  }

  /** A jump comes back, goto does not, and accept ends one base chain alone. */
  @Test
  void chainsCallEachOther() {
    Rule count = rule(new Expression.Count());
    Map<String, Chain> chains =
        Map.of(
            "first", base(new Hook(false, "forward", 2, -5), rule(jump("a")), rule(jump("empty"))),
            "second", base(Hook.FILTER_FORWARD, rule(new Expression.Decide(new Decision.Drop()))),
            "a", regular(rule(new Expression.Decide(new Decision.GoTo("b"))), count),
            "b", regular(rule(new Expression.Decide(new Decision.Return())), count),
            "empty", regular());
    assertThat(outcomes(chains))
        .singleElement()
        .isEqualTo(
            new Outcome(
                1,
                new Disposition.Drop(),
                List.of(
                    new Outcome.Step("first", "jump a"),
                    new Outcome.Step("a", "goto b"),
                    new Outcome.Step("b", "return"),
                    new Outcome.Step("second", "drop"))));
  }

  @Test
  void theEndOfABaseChainMayThrowAway() {
    Chain end = base(new Hook(false, "forward", 2, 0, true));
    assertThat(outcomes(Map.of("filter", end)))
        .containsExactly(
            new Outcome(
                1, new Disposition.Drop(), List.of(new Outcome.Step("filter", "policy drop"))));
  }

  @Test
  void aChainThatIsNotThereIsNamed() {
    assertThatThrownBy(
            () -> outcomes(Map.of("filter", base(Hook.FILTER_FORWARD, rule(jump("nowhere"))))))
        .isInstanceOf(TraceException.class)
        .hasMessage("a rule leads to chain 'nowhere', which the table does not have");
  }

  /** The address that masquerading takes is read by later rules. */
  @Test
  void masqueradingIsLastAndTold() {
    Expression source = new Expression.Payload(0, Expression.Header.NETWORK, 12, 4);
    Chain behind =
        base(
            new Hook(false, "postrouting", 4, 110),
            rule(
                source,
                equal(0, Bytes.of(IpAddress.of("172.29.0.11").bytes())),
                new Expression.Count()));
    Chain masquerade = base(Hook.NAT_POSTROUTING, rule(new Expression.Masquerade(0)));
    assertThat(outcomes(Map.of("behind", behind, "masquerade", masquerade)))
        .singleElement()
        .isEqualTo(
            new Outcome(
                1,
                new Disposition.Pass(),
                List.of(
                    new Outcome.Step("masquerade", "masquerade"),
                    new Outcome.Step("behind", "ip saddr 172.29.0.11 counter"))));
  }
}
