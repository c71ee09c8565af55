package io.pointsman.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The control loop with real connections: from a write to the API server to the first answer. */
record Reaction(Mode mode, Effort effort) implements Benchmark {
  private static final int MOST_ENDPOINTS = 50;

  /** The target's number of endpoints: with more the client's luck is most of what is measured. */
  private static final int TARGETS_ENDPOINTS = 3;

  /** Changed Services are far apart: every so many-th. */
  private static final int STRIDE = 37;

  /** As {@code Agent} logs it for IPv4. */
  private static final Pattern SYNC =
      Pattern.compile(
          "IPv4: 1 events, .* written in ([0-9.]+) ms \\(plan ([0-9.]+) ms, kernel ([0-9.]+) ms\\)");

  private static final int EACH_SYNC_IS_TOLD = 4;

  /** Each change is a lone one: the sync of the one before is over. */
  private static final long GAP_NANOS = 10_000_000;

  private static final int WARM_UPS = 100;

  @Override
  public String row() {
    return "T1";
  }

  @Override
  public String measures() {
    return mode + ": an EndpointSlice written to the API server until the new endpoint answers";
  }

  /** The client is sent to any endpoint: it meets one of many too seldom to tell when it came. */
  @Override
  public Optional<String> unfeasible(Size size) {
    return size.endpoints() > MOST_ENDPOINTS
        ? Optional.of(
            "a client meets the new one of %,d endpoints too seldom".formatted(size.endpoints()))
        : mode.unfeasible(size);
  }

  @Override
  public List<Figure> run(Size size) throws Exception {
    try (LiveCluster cluster = LiveCluster.open(mode, size)) {
      List<Figure> figures = new ArrayList<>();
      try (AgentProcess agent = cluster.startAgent()) {
        LiveCluster.awaitStart(agent, System.nanoTime());
        figures.addAll(figures(size, new Samples(cluster.inside(() -> react(cluster, 1)))));
      }
      try (AgentProcess agent = cluster.startAgent(EACH_SYNC_IS_TOLD)) {
        LiveCluster.awaitStart(agent, System.nanoTime());
        // Other pods than before, or nothing would change.
        cluster.inside(() -> react(cluster, 1 + WARM_UPS + effort.changes()));
        figures.addAll(parts(size, agent.said()));
      }
      return figures;
    }
  }

  private List<Double> react(LiveCluster cluster, int firstRound) {
    List<Double> millis = new ArrayList<>();
    int services = cluster.workload().size().services();
    int warmUps = Math.min(WARM_UPS, effort.changes());
    for (int i = 0; i < warmUps + effort.changes(); i++) {
      double took = cluster.changeAndAsk(Math.floorMod(i * STRIDE, services), firstRound + i);
      if (i >= warmUps) {
        millis.add(took);
      }
      LockSupport.parkNanos(GAP_NANOS);
    }
    return millis;
  }

  private List<Figure> figures(Size size, Samples samples) {
    Figure median = figure("reaction p50", size, samples.quantile(0.5));
    Figure slow = figure("reaction p99", size, samples.quantile(0.99));
    return mode.isIptables() || size.endpoints() > TARGETS_ENDPOINTS
        ? List.of(median, slow)
        : List.of(median.wantedAtMost(5), slow.wantedAtMost(20));
  }

  /** What the agent itself says of the syncs of a single change. */
  private List<Figure> parts(Size size, List<String> log) {
    List<Double> whole = new ArrayList<>();
    List<Double> planning = new ArrayList<>();
    List<Double> committing = new ArrayList<>();
    for (String line : log) {
      Matcher sync = SYNC.matcher(line);
      if (sync.find()) {
        whole.add(Double.parseDouble(sync.group(1)));
        planning.add(Double.parseDouble(sync.group(2)));
        committing.add(Double.parseDouble(sync.group(3)));
      }
    }
    return List.of(
        figure("of that, event parsed to committed, p50", size, median(whole)),
        figure("of that, planning, p50", size, median(planning)),
        figure("of that, compiling and the kernel, p50", size, median(committing)));
  }

  private static Measure median(List<Double> values) {
    return new Samples(values).quantile(0.5);
  }

  private Figure figure(String what, Size size, Measure ours) {
    return Figure.alone(row(), this, what, size, ours, "ms");
  }
}
