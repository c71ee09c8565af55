package io.pointsman.benchmarks;

import io.pointsman.netlink.nfnetlink.BatchSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The real agent started at a cluster that it has to program, and again at one that it has. */
record Startup(Mode mode, Effort effort) implements Benchmark {
  private static final double MOST_FOR_RESTART = 2;

  @Override
  public String row() {
    return "T4";
  }

  @Override
  public String measures() {
    return mode + ": start of the agent, first on an empty kernel, then on its own rules";
  }

  @Override
  public boolean isQuick(Size size) {
    return size.services() == 10_000;
  }

  @Override
  public List<Figure> run(Size size) throws Exception {
    try (LiveCluster cluster = LiveCluster.open(mode, size)) {
      List<Figure> figures = new ArrayList<>();
      LiveCluster.Start cold = start(cluster);
      Figure first = figure("T2", "caches full to committed", size, cold.committed() * 1000, "ms");
      Integer most = FirstSync.MOST.get(size.services());
      figures.add(most == null || mode.isIptables() ? first : first.wantedAtMost(most));
      figures.add(figure("T3", "start to last Service", size, total(cold), "s"));
      int before = generation(cluster);
      LiveCluster.Start again = start(cluster);
      Figure ready = figure(row(), "restart to ready", size, total(again), "s");
      figures.add(size.services() == 10_000 ? ready.wantedAtMost(MOST_FOR_RESTART) : ready);
      figures.add(
          figure(row(), "objects written at restart", size, again.objects(), "objects")
              .wantedAtMost(0));
      figures.add(
          figure(
                  row(),
                  "transactions at restart",
                  size,
                  generation(cluster) - before,
                  "transactions")
              .wantedAtMost(0));
      return figures;
    }
  }

  private static LiveCluster.Start start(LiveCluster cluster) throws Exception {
    long now = System.nanoTime();
    try (AgentProcess agent = cluster.startAgent()) {
      return LiveCluster.awaitStart(agent, now);
    }
  }

  private static double total(LiveCluster.Start start) {
    return start.read() + start.committed();
  }

  /** Changes with every transaction of anybody. */
  private static int generation(LiveCluster cluster) throws Exception {
    return cluster.inside(() -> {
      try (BatchSocket socket = BatchSocket.open(Duration.ofSeconds(10))) {
        return socket.generation();
      }
    });
  }

  private Figure figure(String row, String what, Size size, double amount, String unit) {
    return Figure.alone(row, this, what, size, new Measure.Value(amount), unit);
  }
}
