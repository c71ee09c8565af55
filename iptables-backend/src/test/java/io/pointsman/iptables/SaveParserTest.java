package io.pointsman.iptables;

import static org.assertj.core.api.Assertions.assertThat;

import io.pointsman.net.IpFamily;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What others write into the tables neither ends the reading nor passes for ours. */
class SaveParserTest {
  private static final ChainId CHAIN = new ChainId(Table.NAT, "KUBE-IP-1");

  private static List<Rule> read(String rule) {
    return SaveParser.parse("*nat\n-A KUBE-IP-1 " + rule + "\nCOMMIT\n", IpFamily.IPV4)
        .chains()
        .getOrDefault(CHAIN, List.of());
  }

  /**
   * iptables makes none of 29 bytes or more, but nft does, in the tables that iptables-nft shows.
   */
  @Test
  void aLongerNameThanIptablesMakesIsSomebodyElses() {
    String name = "KUBE-SVC-" + "A".repeat(20);
    String text = "*nat\n:%1$s - [0:0]\n-A %1$s -j RETURN\nCOMMIT\n".formatted(name);
    assertThat(SaveParser.parse(text, IpFamily.IPV4).equals(IptablesRuleset.EMPTY)).isTrue();
    assertThat(SaveParser.borrowers(text, IpFamily.IPV4)).isEmpty();
  }

  @Test
  void aBracketThatNothingClosesIsForeign() {
    String rule = "-j DNAT --to-destination [:80";
    assertThat(read(rule)).containsExactly(Rule.of(new Action.Foreign(rule)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"-0.1", "1.1", "-10267.4966900021"})
  void aChanceThatIsNoneIsForeign(String chance) {
    String rule = "-m statistic --mode random --probability " + chance + " -j RETURN";
    assertThat(read(rule)).containsExactly(Rule.of(new Action.Foreign(rule)));
  }

  @Test
  void aCommentMayBeAsLongAsItLikes() {
    String rule = "-m comment --comment \"" + "x\\\"".repeat(50_000) + "\" -j RETURN";
    assertThat(read(rule)).hasSize(1);
  }
}
