package io.pointsman.benchmarks;

import io.pointsman.dataplane.CommitResult;
import io.pointsman.dataplane.Dataplane;
import io.pointsman.net.IpAddress;
import io.pointsman.net.IpFamily;
import io.pointsman.plan.FamilyPlan;
import io.pointsman.plan.Planner;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How long a client waits for a new connection, which only its first packet decides: with these
 * rules, with few of them, and with the peer's.
 */
record FirstPacket(Mode mode, Effort effort) implements Benchmark {
  private static final int FEW = 10;

  /** Connections to each in turn, so that whatever else the machine does meets all alike. */
  private static final int TURN = 50;

  private static final double MOST_GROWTH = 1.2;
  private static final int STRIDE = 7919;
  private static final int LIMIT_MILLIS = 1000;

  @Override
  public String row() {
    return "T7";
  }

  @Override
  public String measures() {
    return mode + ": a new connection to a random Service, median of " + effort.connections();
  }

  @Override
  public boolean isQuick(Size size) {
    return size.services() == 10_000;
  }

  @Override
  public List<Figure> run(Size size) throws Exception {
    Workload all = new Workload(size, IpFamily.IPV4);
    Workload few =
        new Workload(new Size(Math.min(FEW, size.services()), size.endpoints()), IpFamily.IPV4);
    try (PodWorld ours = new PodWorld(all);
        PodWorld small = new PodWorld(few);
        PodWorld peers = new PodWorld(all)) {
      program(ours, all);
      program(small, few);
      boolean comparable = peers.namespace().call(() -> loads(all));
      Timing many = new Timing(ours, all, new ArrayList<>());
      Timing handful = new Timing(small, few, new ArrayList<>());
      Timing rival = new Timing(peers, all, new ArrayList<>());
      for (int done = 0; done < effort.connections(); done += TURN) {
        many.connect(done);
        handful.connect(done);
        if (comparable) {
          rival.connect(done);
        }
      }
      return figures(size, many.median(), handful.median(), rival.median());
    }
  }

  private List<Figure> figures(Size size, Measure many, Measure few, Measure peers) {
    Figure first =
        new Figure(row(), mode + ": new connection", size, many, peers, "us", Optional.empty());
    Figure growth =
        Figure.alone(
            row(),
            this,
            "that, over the same with %d Services".formatted(FEW),
            size,
            new Measure.Value(many.atLeast().orElse(0) / few.atLeast().orElse(1)),
            "");
    return List.of(first.wantedFaster(1), growth.wantedAtMost(MOST_GROWTH));
  }

  private void program(PodWorld world, Workload workload) throws Exception {
    world
        .namespace()
        .call(() -> {
          if (mode.isIptables()) {
            new Loader(mode.loader(workload.family()), effort.bound()).load(Mode.HINT);
          }
          try (Dataplane dataplane = mode.backend().open(workload.family())) {
            FamilyPlan plan =
                Planner.plan(
                    FamilyPlan.empty(workload.context()), workload.snapshot(), workload.context());
            CommitResult result = dataplane.commit(plan);
            if (!(result instanceof CommitResult.Committed)) {
              throw new IllegalStateException("the kernel did not take the rules: " + result);
            }
          }
          return true;
        });
  }

  /** Whether the kernel holds the peer's rules; the change writes the list of all Services. */
  private boolean loads(Workload workload) throws Exception {
    Rival rival = Rival.start(mode, workload, effort.bound());
    return rival.isLoaded() && rival.change(0, 0) instanceof Measure.Value;
  }

  /** Connections into one namespace. */
  private record Timing(PodWorld world, Workload workload, List<Double> micros) {
    void connect(int from) throws Exception {
      world
          .namespace()
          .call(() -> {
            for (int i = from; i < from + TURN; i++) {
              int service = Math.floorMod(i * STRIDE, workload.size().services());
              micros.add(connect(workload.clusterIp(service)));
            }
            return true;
          });
    }

    private static double connect(IpAddress service) throws Exception {
      try (Socket socket = new Socket()) {
        socket.setSoLinger(true, 0);
        InetSocketAddress to =
            new InetSocketAddress(service.toInetAddress(), Workload.SERVICE_PORT);
        long start = System.nanoTime();
        socket.connect(to, LIMIT_MILLIS);
        return (System.nanoTime() - start) / 1e3;
      }
    }

    Measure median() {
      return new Samples(micros).quantile(0.5);
    }
  }
}
