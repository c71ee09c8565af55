package io.pointsman.benchmarks;

import io.pointsman.netlink.nfnetlink.BatchSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * The real agent started at a cluster that it has to program, and again at one that it has; the
 * median of some starts each, as the API server's JVM is cold at the first.
 */
record Startup(Mode mode, Effort effort) implements Benchmark {
  private static final double MOST_FOR_START = 1.5;
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
      List<LiveCluster.Start> cold = new ArrayList<>();
      for (int i = 0; i < effort.starts(); i++) {
        cluster.clearKernel();
        cold.add(start(cluster));
      }
      Figure first =
          figure(
              "T2",
              "caches full to committed",
              size,
              median(cold, s -> s.committed() * 1000),
              "ms");
      Integer most = FirstSync.MOST.get(size.services());
      figures.add(most == null || mode.isIptables() ? first : first.wantedAtMost(most));
      Figure last = figure("T3", "start to last Service", size, median(cold, Startup::total), "s");
      figures.add(isNamed(size) ? last.wantedAtMost(MOST_FOR_START) : last);
      int before = generation(cluster);
      List<LiveCluster.Start> again = new ArrayList<>();
      for (int i = 0; i < effort.starts(); i++) {
        again.add(start(cluster));
      }
      Figure ready = figure(row(), "restart to ready", size, median(again, Startup::total), "s");
      figures.add(isNamed(size) ? ready.wantedAtMost(MOST_FOR_RESTART) : ready);
      int written = again.stream().mapToInt(LiveCluster.Start::objects).sum();
      figures.add(
          figure(row(), "objects written at restart", size, written, "objects").wantedAtMost(0));
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

  /** The size that the targets speak of. */
  private boolean isNamed(Size size) {
    return size.services() == 10_000 && size.endpoints() == 3 && !mode.isIptables();
  }

  private static double median(
      List<LiveCluster.Start> starts, ToDoubleFunction<LiveCluster.Start> part) {
    double[] sorted = starts.stream().mapToDouble(part).sorted().toArray();
    return sorted[sorted.length / 2];
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
