package io.pointsman.benchmarks;

import io.pointsman.netlink.netns.NetworkNamespace;
import java.util.Optional;

/**
 * Lets the agent work for a while, so that its JVM, when the launcher tells it to, keeps the
 * classes that it loaded for the next start (JEP 483, JEP 514). What the agent does here, it starts
 * with faster later: lists and watches of an API server, a first sync, single changes, its end.
 */
final class Training {
  /** Enough that each page of a list, each collection and each kind of transaction occurs. */
  private static final Size SIZE = new Size(2000, 3);

  private static final int CHANGES = 200;

  private Training() {}

  /** Exit codes: 0 trained, 2 no right to. */
  public static void main(String[] arguments) throws Exception {
    Optional<String> missing = NetworkNamespace.unavailable();
    if (missing.isPresent()) {
      System.err.println(
          "pointsman: the agent was not trained, and starts slower: " + missing.get());
      System.exit(2);
    }
    try (LiveCluster cluster = LiveCluster.open(Mode.NFTABLES, SIZE);
        AgentProcess agent = cluster.startAgent()) {
      LiveCluster.awaitStart(agent, System.nanoTime());
      cluster.inside(() -> {
        for (int i = 0; i < CHANGES; i++) {
          cluster.changeAndAsk(i, 1);
        }
        return null;
      });
    }
  }
}
