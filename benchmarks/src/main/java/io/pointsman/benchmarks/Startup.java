package io.pointsman.benchmarks;

import io.pointsman.netlink.nfnetlink.BatchSocket;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ToDoubleFunction;

/**
 * The real agent started at a cluster that it has to program, and again at one that it has; the
 * median of some starts each, as the API server's JVM is cold at the first.
 */
record Startup(Mode mode, Effort effort) implements Benchmark {
  private static final double MOST_FOR_START = 1.5;
  private static final double MOST_FOR_RESTART = 2;
  private static final double MOST_FOR_HEALTHZ = 0.3;
  private static final double MOST_FOR_SMALL_CLUSTER = 0.5;
  private static final int SMALL_CLUSTER = 100;

  /** Resident megabytes wanted, by Services; a cluster without any has 80. */
  private static final Map<Integer, Integer> MOST_RESIDENT =
      Map.of(SMALL_CLUSTER, 80, 10_000, 110, 30_000, 180);

  /** Port and path that a kubelet asks: kube-proxy's default for healthzBindAddress. */
  private static final int HEALTHZ_PORT = 10256;

  private static final Duration SETTLING = Duration.ofSeconds(1);

  /**
   * One start.
   *
   * @param healthz seconds until it answered
   * @param resident megabytes when all Services were in the kernel
   */
  private record Observed(LiveCluster.Start start, double healthz, double resident) {
    double total() {
      return start.read() + start.committed();
    }
  }

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
    return size.services() == 10_000 || size.services() == SMALL_CLUSTER;
  }

  @Override
  public List<Figure> run(Size size) throws Exception {
    try (LiveCluster cluster = LiveCluster.open(mode, size)) {
      List<Figure> figures = new ArrayList<>();
      List<Observed> cold = new ArrayList<>();
      for (int i = 0; i < effort.starts(); i++) {
        cluster.clearKernel();
        cold.add(start(cluster));
      }
      Figure first =
          figure(
              "T2",
              "caches full to committed",
              size,
              median(cold, one -> one.start().committed() * 1000),
              "ms");
      Integer most = FirstSync.MOST.get(size.services());
      figures.add(most == null || mode.isIptables() ? first : first.wantedAtMost(most));
      Figure last = figure("T3", "start to last Service", size, median(cold, Observed::total), "s");
      figures.add(isNamed(size) ? last.wantedAtMost(MOST_FOR_START) : last);
      figures.addAll(footprint(size, cold));
      int before = generation(cluster);
      List<Observed> again = new ArrayList<>();
      for (int i = 0; i < effort.starts(); i++) {
        again.add(start(cluster));
      }
      Figure ready = figure(row(), "restart to ready", size, median(again, Observed::total), "s");
      figures.add(isNamed(size) ? ready.wantedAtMost(MOST_FOR_RESTART) : ready);
      int written = again.stream().mapToInt(one -> one.start().objects()).sum();
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

  private List<Figure> footprint(Size size, List<Observed> starts) {
    Figure healthz = figure("T9", "start to healthz", size, median(starts, Observed::healthz), "s");
    Figure programmed =
        figure("T9", "start to all programmed", size, median(starts, Observed::total), "s");
    Figure resident =
        figure("T8", "resident after the start", size, median(starts, Observed::resident), "MB");
    Integer most = MOST_RESIDENT.get(size.services());
    return List.of(
        healthz.wantedAtMost(MOST_FOR_HEALTHZ),
        size.services() <= SMALL_CLUSTER
            ? programmed.wantedAtMost(MOST_FOR_SMALL_CLUSTER)
            : programmed,
        most == null ? resident : resident.wantedAtMost(most));
  }

  private static double median(List<Observed> starts, ToDoubleFunction<Observed> part) {
    double[] sorted = starts.stream().mapToDouble(part).sorted().toArray();
    return sorted[sorted.length / 2];
  }

  private static Observed start(LiveCluster cluster) throws Exception {
    long now = System.nanoTime();
    try (AgentProcess agent = cluster.startAgent()) {
      double healthz = cluster.inside(() -> awaitHealthz(now));
      LiveCluster.Start begun = LiveCluster.awaitStart(agent, now);
      // What reading everything left behind is collected once all is programmed.
      LockSupport.parkNanos(SETTLING.toNanos());
      return new Observed(begun, healthz, agent.residentMegabytes());
    }
  }

  /** Seconds until anything answers on the port. The calling thread must be in the namespace. */
  private static double awaitHealthz(long since) throws IOException {
    byte[] request = "GET /livez HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    while (System.nanoTime() - since < LiveCluster.START_LIMIT.toNanos()) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), HEALTHZ_PORT)) {
        socket.getOutputStream().write(request);
        if (socket.getInputStream().read() >= 0) {
          return (System.nanoTime() - since) / 1e9;
        }
      } catch (ConnectException notYet) {
        LockSupport.parkNanos(1_000_000);
      }
    }
    throw new IOException("nothing answers on port " + HEALTHZ_PORT);
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
