package io.pointsman.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.pointsman.model.Endpoint;
import io.pointsman.net.IpAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Endpoints are written {@code NUMBER:WORDS}: {@code here} on this node, {@code down} not ready,
 * {@code dying} terminating but serving, {@code za}, {@code zb} hinted to that zone, {@code na},
 * {@code nb} hinted to that node. This is node {@code a}.
 */
class EndpointSelectorTest {
  private static Candidate candidate(String text) {
    String number = text.substring(0, text.indexOf(':'));
    List<String> words = List.of(text.substring(text.indexOf(':') + 1).split("[+]"));
    boolean here = words.contains("here");
    boolean dying = words.contains("dying");
    boolean ready = !words.contains("down") && !dying;
    List<String> zones = new ArrayList<>();
    List<String> nodes = new ArrayList<>();
    for (String word : words) {
      if (word.matches("z.")) {
        zones.add("zone-" + word.substring(1));
      } else if (word.matches("n.")) {
        nodes.add(word.substring(1));
      }
    }
    String address = "10.0.0." + number;
    return new Candidate(
        new Target(IpAddress.parse(address).orElseThrow(), 80, here),
        new Endpoint(address, ready, ready || dying, dying, here ? "a" : "b", zones, nodes));
  }

  private static String numbers(List<Target> targets) {
    String text =
        targets.stream()
            .map(t -> t.address().toString().substring("10.0.0.".length()))
            .collect(Collectors.joining(" "));
    return text.isEmpty() ? "-" : text;
  }

  /** The columns: zone of this node, which policies are in use, endpoints, and who is chosen. */
  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "hints of this zone are followed,            a, C,  1:za 2:zb 3:zc 4:za,      1 4, -, 1 4, yes",
    "hints have no part in policy Local,         a, CL, 1:zb 2:zb+here 3:za,      3, 2, 2 3, yes",
    "a node without zone ignores hints,          -, C,  1:za 2:zb,                1 2, -, 1 2, yes",
    "a zone that nobody hints at ignores hints,  x, C,  1:za 2:zb,                1 2, -, 1 2, yes",
    "an unready endpoint is out though hinted,   a, C,  1:za+down 2:zb 3:za,      3, -, 3, yes",
    "only unready ones in the zone: no hints,    a, C,  1:za+down 2:zb 3:zc,      2 3, -, 2 3, yes",
    "one hint missing: no hints,                 a, C,  1:za 2:zb 3:x,            1 2 3, -, 1 2 3, yes",
    "an unready one without hint does not count, a, C,  1:za 2:zb 3:down,         1, -, 1, yes",
    "several hints on one endpoint,              a, C,  1:za+zb 2:zb,             1, -, 1, yes",
    "hints of this node go before zones,         a, C,  1:za+na 2:za+nb,          1, -, 1, yes",
    "some without node hint: zones decide,       a, C,  1:za+na 2:za 3:zb,        1 2, -, 1 2, yes",
    "no node hint to this node: zones decide,    a, C,  1:za+nb 2:zb+nb,          1, -, 1, yes",
    "neither: all,                               a, C,  1:nb 2:nb,                1 2, -, 1 2, yes",
    "Local and zone differ: both are reachable,  a, CL, 1:za 2:zb+here,           1, 2, 1 2, yes",
    "Local without endpoints,                    a, L,  ,                         -, -, -, no",
    "Local with remote ones only,                a, L,  1:x 2:x,                  -, -, -, yes",
    "Local with all here,                        a, L,  1:here 2:here,            -, 1 2, 1 2, yes",
    "Local with some here,                       a, L,  1:here 2:x,               -, 1, 1, yes",
    "Cluster with none ready,                    a, C,  1:down 2:down,            -, -, -, no",
    "Cluster with some ready,                    a, C,  1:x 2:down,               1, -, 1, yes",
    "all terminating but serving: those,         a, C,  1:dying 2:dying,          1 2, -, 1 2, yes",
    "terminating ones are out when one is ready, a, C,  1:dying 2:x,              2, -, 2, yes",
    "terminating ones know no hints,             a, C,  1:dying+za 2:dying+zb,    1 2, -, 1 2, yes",
    "both policies and some here,                a, CL, 1:x 2:here,               1 2, 2, 1 2, yes",
    "both policies and none here,                a, CL, 1:x 2:x,                  1 2, -, 1 2, yes",
    "both policies and all terminating,          a, CL, 1:dying 2:dying,          1 2, -, 1 2, yes",
    "this node falls back by itself,             a, CL, 1:x 2:dying+here,         1, 2, 1 2, yes",
    "Local falls back to terminating here,       a, L,  1:dying+here 2:x,         -, 1, 1, yes",
    "Local with terminating elsewhere only,      a, L,  1:dying 2:down+here,      -, -, -, yes",
    "Local prefers a ready one here,             a, L,  1:dying+here 2:here,      -, 2, 2, yes",
    "no endpoints at all,                        a, CL, ,                         -, -, -, no",
    "one that neither serves nor is ready,       a, CL, 1:down+here,              -, -, -, no",
  })
  void choosesByConditionHintAndPolicy(
      String name,
      String zone,
      String policies,
      String endpoints,
      String cluster,
      String local,
      String reachable,
      String anyUsable) {
    List<Candidate> candidates = new ArrayList<>();
    if (endpoints != null) {
      for (String text : endpoints.split(" ", -1)) {
        candidates.add(candidate(text));
      }
    }
    Selection selection =
        new EndpointSelector("a", zone.equals("-") ? "" : "zone-" + zone)
            .select(candidates, policies.contains("C"), policies.contains("L"));
    assertThat(numbers(selection.cluster())).as("cluster").isEqualTo(cluster);
    assertThat(numbers(selection.local())).as("local").isEqualTo(local);
    assertThat(numbers(selection.reachable())).as("reachable").isEqualTo(reachable);
    assertThat(selection.anyUsable()).as("any usable").isEqualTo(anyUsable.equals("yes"));
  }

  @Test
  void everyCandidateHasItsReason() {
    EndpointSelector selector = new EndpointSelector("a", "zone-a");
    List<Candidate> candidates =
        List.of(candidate("1:za"), candidate("2:zb+here"), candidate("3:down"));
    assertThat(selector.judgeCluster(candidates))
        .containsExactly(Verdict.READY_SAME_ZONE, Verdict.OTHER_ZONE, Verdict.NOT_READY);
    assertThat(selector.judgeLocal(candidates))
        .containsExactly(Verdict.NOT_ON_THIS_NODE, Verdict.READY, Verdict.NOT_ON_THIS_NODE);
  }
}
