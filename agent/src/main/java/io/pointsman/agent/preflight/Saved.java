package io.pointsman.agent.preflight;

import io.pointsman.iptables.HostTools;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What matters in the output of {@code iptables-save}.
 *
 * @param closed builtin chains of the filter table that let nothing through that is not accepted
 *     before, such as {@code FORWARD}: by policy or by a last rule for all packets
 * @param ofProxy how many chains are kube-proxy's or Pointsman's
 * @param chains names of all other chains
 */
public record Saved(List<String> closed, int ofProxy, Set<String> chains) {
  private static final Pattern CHAIN = Pattern.compile(":(\\S+) (\\S+) .*");
  private static final Pattern CATCH_ALL =
      Pattern.compile("-A (INPUT|FORWARD|OUTPUT) -j (?:DROP|REJECT)(?: --reject-with \\S+)?");

  public Saved {
    closed = List.copyOf(closed);
    chains = Set.copyOf(chains);
  }

  /** Reads the output; lines that are not understood are left out. */
  static Saved parse(String text) {
    List<String> closed = new ArrayList<>();
    Set<String> chains = new HashSet<>();
    int ofProxy = 0;
    String table = "";
    for (String line : text.lines().toList()) {
      Matcher chain = CHAIN.matcher(line);
      Matcher last = CATCH_ALL.matcher(line);
      if (line.startsWith("*")) {
        table = line.substring(1).strip();
      } else if (chain.matches()) {
        chains.add(chain.group(1));
        ofProxy += HostTools.isOfProxy(chain.group(1)) ? 1 : 0;
        if (table.equals("filter") && chain.group(2).equals("DROP")) {
          closed.add(chain.group(1));
        }
      } else if (table.equals("filter") && last.matches() && !closed.contains(last.group(1))) {
        closed.add(last.group(1));
      }
    }
    return new Saved(closed, ofProxy, chains);
  }
}
