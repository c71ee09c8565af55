package io.pointsman.benchmarks;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * A storm: endpoints of many Services change at a steady rate, while a client waits for the changes
 * of others; then an agent at rest.
 */
record Churn(Mode mode, Effort effort) implements Benchmark {
  private static final int CHANGES_A_SECOND = 1000;

  /** Each so many-th Service is left to the client that waits for its changes. */
  private static final int WATCHED = 16;

  /** Looked at in the end: their last change must have arrived. */
  private static final int CHECKED = 200;

  /** So many states of a Service follow each other; a prime, so that all of them meet all. */
  private static final int ROUNDS = 997;

  private static final Duration SETTLING = Duration.ofSeconds(3);

  @Override
  public String row() {
    return "T10";
  }

  @Override
  public String measures() {
    return "%s: %,d EndpointSlices changed a second for %d s, then none for %d s"
        .formatted(mode, CHANGES_A_SECOND, effort.churn().toSeconds(), effort.idle().toSeconds());
  }

  @Override
  public boolean isQuick(Size size) {
    return size.services() == 10_000;
  }

  @Override
  public List<Figure> run(Size size) throws Exception {
    try (LiveCluster cluster = LiveCluster.open(mode, size)) {
      long start = System.nanoTime();
      try (AgentProcess agent = cluster.startAgent()) {
        LiveCluster.awaitStart(agent, start);
        // A first one, so that code is compiled and each Service has changed before: what that
        // needs is no growth.
        cluster.inside(new Storm(cluster, everyOnce(size), 0)::run);
        long heapBefore = agent.liveHeapBytes();
        double processorBefore = agent.processorSeconds();
        Storm storm = new Storm(cluster, effort.churn(), ROUNDS / 2);
        List<Double> waits = cluster.inside(storm::run);
        double cores = (agent.processorSeconds() - processorBefore) / storm.seconds();
        cluster.inside(storm::check);
        double resident = agent.residentMegabytes();
        double growth = (agent.liveHeapBytes() - heapBefore) / 1e6;
        double idle = idleShare(agent);
        return figures(size, new Samples(waits), storm.rate(), cores, resident, growth, idle);
      }
    }
  }

  /** Long enough that each Service changes, at a rate that is not quite reached. */
  private Duration everyOnce(Size size) {
    Duration once = Duration.ofSeconds(1).multipliedBy(size.services()).dividedBy(750);
    Duration quarter = effort.churn().dividedBy(4);
    return once.compareTo(quarter) > 0 ? once : quarter;
  }

  private List<Figure> figures(
      Size size,
      Samples waits,
      double rate,
      double cores,
      double resident,
      double growth,
      double idle) {
    Figure slow =
        figure(row(), "change to answer in a storm, p99", size, waits.quantile(0.99), "ms");
    Figure used = figure(row(), "processors used in a storm", size, new Measure.Value(cores), "");
    Figure rest = figure("T11", "processor used at rest", size, new Measure.Value(idle), "%");
    return List.of(
        figure(row(), "changes a second", size, new Measure.Value(rate), ""),
        figure(row(), "change to answer in a storm, p50", size, waits.quantile(0.5), "ms"),
        mode.isIptables() ? slow : slow.wantedAtMost(100),
        mode.isIptables() ? used : used.wantedAtMost(1),
        figure(row(), "resident after a storm", size, new Measure.Value(resident), "MB"),
        figure(row(), "live heap gained in a storm", size, new Measure.Value(growth), "MB")
            .wantedAtMost(2),
        rest.wantedAtMost(0.5));
  }

  private Figure figure(String row, String what, Size size, Measure ours, String unit) {
    return Figure.alone(row, this, what, size, ours, unit);
  }

  private double idleShare(AgentProcess agent) throws IOException {
    pause(effort.idle().compareTo(SETTLING) < 0 ? effort.idle() : SETTLING);
    double before = agent.processorSeconds();
    long start = System.nanoTime();
    pause(effort.idle());
    return 100 * (agent.processorSeconds() - before) / ((System.nanoTime() - start) / 1e9);
  }

  private static void pause(Duration length) {
    parkUntil(System.nanoTime() + length.toNanos());
  }

  private static void parkUntil(long moment) {
    for (long left = moment - System.nanoTime(); left > 0; left = moment - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  /** Changes of most Services at a steady rate, and waits for changes of the rest. */
  private static final class Storm {
    private final LiveCluster cluster;
    private final Duration length;
    private final int firstRound;
    private final int[] lastRound;
    private final AtomicInteger changes = new AtomicInteger();
    private final AtomicBoolean over = new AtomicBoolean();
    private long started;
    private long ended;

    /** Another first round than that of the storm before, or nothing would change. */
    Storm(LiveCluster cluster, Duration length, int firstRound) {
      this.cluster = cluster;
      this.length = length;
      this.firstRound = firstRound;
      this.lastRound = new int[cluster.workload().size().services()];
    }

    double seconds() {
      return (ended - started) / 1e9;
    }

    double rate() {
      return changes.get() / seconds();
    }

    List<Double> run() throws InterruptedException {
      started = System.nanoTime();
      Thread writer = Thread.ofPlatform().daemon().name("storm").start(this::write);
      List<Double> waits = new ArrayList<>();
      int round = firstRound;
      do {
        round++;
        int service = Math.floorMod(round * WATCHED, lastRound.length) / WATCHED * WATCHED;
        lastRound[service] = round;
        waits.add(cluster.changeAndAsk(service, round));
      } while (!over.get());
      writer.join();
      return waits;
    }

    private void write() {
      int services = lastRound.length;
      long interval = Duration.ofSeconds(1).toNanos() / CHANGES_A_SECOND;
      long end = started + length.toNanos();
      for (int i = 0; System.nanoTime() < end; i++) {
        int service = Math.floorMod(i * 37, services);
        if (service % WATCHED != 0) {
          lastRound[service] = 1 + (firstRound + i) % ROUNDS;
          cluster.change(service, lastRound[service]);
          changes.incrementAndGet();
        }
        parkUntil(started + i * interval);
      }
      ended = System.nanoTime();
      over.set(true);
    }

    /** Whoever was changed last of all is reached: nothing got lost in the storm. */
    boolean check() {
      int step = Math.max(1, lastRound.length / CHECKED);
      for (int service = 0; service < lastRound.length; service += step) {
        cluster.awaitAnswer(
            service,
            cluster.workload().endpoints(service, lastRound[service]).getLast(),
            System.nanoTime());
      }
      return true;
    }
  }
}
