package io.pointsman.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The control loop with real connections: from a write to the API server to the first answer. */
record Reaction(Mode mode, Effort effort) implements Benchmark {
  /** Changed Services are far apart: every so many-th. */
  private static final int STRIDE = 37;

  private static final int WARM_UPS = 100;

  @Override
  public String row() {
    return "T1";
  }

  @Override
  public String measures() {
    return mode + ": an EndpointSlice written to the API server until the new endpoint answers";
  }

  @Override
  public Optional<String> unfeasible(Size size) {
    return FirstSync.mostEndpoints(mode, size);
  }

  @Override
  public List<Figure> run(Size size) throws Exception {
    try (LiveCluster cluster = LiveCluster.open(mode, size)) {
      long start = System.nanoTime();
      try (AgentProcess agent = cluster.startAgent()) {
        LiveCluster.awaitStart(agent, start);
        return figures(size, new Samples(cluster.inside(() -> react(cluster))));
      }
    }
  }

  private List<Double> react(LiveCluster cluster) {
    List<Double> millis = new ArrayList<>();
    int services = cluster.workload().size().services();
    int warmUps = Math.min(WARM_UPS, effort.changes());
    for (int round = 1; round <= warmUps + effort.changes(); round++) {
      double took = cluster.changeAndAsk(Math.floorMod(round * STRIDE, services), round);
      if (round > warmUps) {
        millis.add(took);
      }
    }
    return millis;
  }

  private List<Figure> figures(Size size, Samples samples) {
    Figure median = figure("reaction p50", size, samples.quantile(0.5));
    Figure slow = figure("reaction p99", size, samples.quantile(0.99));
    return mode.isIptables()
        ? List.of(median, slow)
        : List.of(median.wantedAtMost(5), slow.wantedAtMost(20));
  }

  private Figure figure(String what, Size size, Measure ours) {
    return new Figure(
        row(), mode + ": " + what, size, ours, Measure.none(), "ms", Optional.empty());
  }
}
