package io.pointsman.iptables;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.pointsman.net.IpFamily;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever iptables-save prints is read, and a rule that was read prints as itself. */
class SaveParserFuzzTest {
  static Stream<byte[]> texts() {
    return Stream.of(
            """
            *nat
            :PREROUTING ACCEPT [0:0]
            :KUBE-SERVICES - [0:0]
            :KUBE-SVC-ABCDEFGHIJKLMNOP - [0:0]
            :KUBE-MARK-MASQ - [0:0]
            [1:60] -A PREROUTING -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
            -A KUBE-SERVICES -d 10.96.0.1/32 -p tcp -m comment --comment "a \\"b\\"" -m tcp --dport 80:90 -j KUBE-SVC-ABCDEFGHIJKLMNOP
            -A KUBE-SVC-ABCDEFGHIJKLMNOP ! -s 10.0.0.0/8 -i eth+ -m statistic --mode random --probability 0.33333333349 -j DNAT --to-destination 10.1.2.3:8080
            -A KUBE-SVC-ABCDEFGHIJKLMNOP -m mark ! --mark 0x4000/0x4000 -m conntrack ! --ctstate INVALID,NEW -j RETURN
            -A KUBE-MARK-MASQ -j MARK --set-xmark 0x4000/0xffffffff
            -A THEIRS -j KUBE-SVC-ABCDEFGHIJKLMNOP
            COMMIT
            """,
            """
            *filter
            :KUBE-FIREWALL - [0:0]
            -A KUBE-FIREWALL ! -s 127.0.0.0/8 -d 127.0.0.0/8 -m conntrack ! --ctstate RELATED,ESTABLISHED,DNAT -j DROP
            -A KUBE-FORWARD -m bpf --bytecode "4,48 0 0 9,21 0 1 6,6 0 0 1,6 0 0 0" -g KUBE-IP-1
            -A KUBE-IP-1 -m addrtype --dst-type LOCAL -m addrtype --src-type LOCAL -j REJECT --reject-with icmp6-port-unreachable
            -A KUBE-IP-1 -m recent --rcheck --seconds 10800 --reap --name KUBE-X --mask ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff --rsource -j DNAT --to-destination [fd00::1]:80
            -A KUBE-IP-1 -m recent --set --name KUBE-X --mask 255.255.255.255 --rsource -j MASQUERADE --random-fully
            COMMIT
            """,
            "*nat\n-A KUBE-IP-1 -j DNAT --to-destination [:80\n",
            "*nat\n:KUBE-SVC-AAAAAAAAAAAAAAAAAAAAA - [0:0]\n",
            "*nat\n-A KUBE-IP-1 -m statistic --mode random --probability -10267.49 -j RETURN\n",
            "*nat\n-A KUBE-IP-1 -m comment --comment \"" + "x\\\"".repeat(5_000) + "\" -j RETURN\n")
        .map(text -> text.getBytes(StandardCharsets.UTF_8));
  }

  @MethodSource("texts")
  @Timeout(120)
  @FuzzTest(maxDuration = "3s")
  void readsWhatItPrints(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    for (IpFamily family : IpFamily.values()) {
      assertThat(SaveParser.borrowers(text, family)).isNotNull();
      IptablesRuleset ruleset = SaveParser.parse(text, family);
      ruleset.chains().forEach(chain -> staysItself(chain.getKey(), chain.getValue(), family));
    }
  }

  private static void staysItself(ChainId chain, List<Rule> rules, IpFamily family) {
    for (Rule rule : rules) {
      String printed =
          "*%s\n-A %s%s\n".formatted(chain.table().label(), chain.name(), Printer.rule(rule));
      assertThat(SaveParser.parse(printed, family).chains().getOrDefault(chain, List.of()))
          .as(printed)
          .containsExactly(rule);
    }
  }
}
