package io.pointsman.benchmarks;

import io.pointsman.dataplane.CommitResult;
import io.pointsman.dataplane.Dataplane;
import io.pointsman.net.IpFamily;
import io.pointsman.netlink.netns.NetworkNamespace;
import io.pointsman.plan.FamilyPlan;
import io.pointsman.plan.Planner;
import io.pointsman.snapshot.ClusterSnapshot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One cluster programmed from nothing and then changed, by us and in the peer's shape, each in a
 * namespace of its own. For the first sync to be one after a start, it runs in a JVM of its own.
 *
 * @param changes how many changes of one endpoint are measured; before them come others, unmeasured
 * @param bound how long the peer's tool may take for one load
 */
record Trial(Mode mode, Size size, IpFamily family, int changes, Duration bound) {
  /** A JVM in service has compiled what a change needs; these make it so. */
  private static final int MOST_WARM_UPS = 300;

  private static final Duration WARM_UP = Duration.ofSeconds(1);

  /** Changed Services are far apart: every so many-th. */
  private static final int STRIDE = 37;

  /** All in milliseconds; changes as medians. */
  record Outcome(Measure first, Measure peerFirst, Measure change, Measure peerChange) {}

  /** Runs in this JVM, whatever it did before. */
  Outcome run() throws Exception {
    Workload workload = new Workload(size, family);
    ClusterSnapshot snapshot = workload.snapshot();
    try (NetworkNamespace ours = NetworkNamespace.create();
        NetworkNamespace peers = NetworkNamespace.create()) {
      try (Subject subject = ours.call(() -> Subject.start(mode, workload, snapshot))) {
        Rival rival = peers.call(() -> Rival.start(mode, workload, bound));
        return changed(workload, ours, subject, peers, rival);
      }
    }
  }

  private Outcome changed(
      Workload workload,
      NetworkNamespace ours,
      Subject subject,
      NetworkNamespace peers,
      Rival rival)
      throws Exception {
    List<Double> times = new ArrayList<>();
    List<Double> rivalTimes = new ArrayList<>();
    if (changes > 0) {
      ours.call(() -> subject.warmUp());
      for (int round = 1; round <= changes; round++) {
        int service = Math.floorMod(round * STRIDE, workload.size().services());
        int now = round;
        times.add(ours.call(() -> subject.change(service, now)));
        if (rival.first instanceof Measure.Value) {
          switch (peers.call(() -> rival.change(service, now))) {
            case Measure.Value(double millis) -> rivalTimes.add(millis);
            case Measure.Beyond ignored -> {}
            case Measure.Missing ignored -> {}
          }
        }
      }
    }
    return new Outcome(
        new Measure.Value(subject.first), rival.first, median(times), median(rivalTimes));
  }

  private static Measure median(List<Double> values) {
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    return sorted.length == 0
        ? new Measure.Missing("not measured")
        : new Measure.Value(sorted[sorted.length / 2]);
  }

  /** Pointsman: from a changed snapshot to the end of the commit. */
  private static final class Subject implements AutoCloseable {
    private final Dataplane dataplane;
    private final Workload workload;
    private final int[] rounds;
    private ClusterSnapshot snapshot;
    private FamilyPlan plan;
    private double first;

    private Subject(Dataplane dataplane, Workload workload, ClusterSnapshot snapshot) {
      this.dataplane = dataplane;
      this.workload = workload;
      this.snapshot = snapshot;
      this.plan = FamilyPlan.empty(workload.context());
      this.rounds = new int[workload.size().services()];
    }

    static Subject start(Mode mode, Workload workload, ClusterSnapshot snapshot) throws Exception {
      if (mode.isIptables()) {
        new Loader(mode.loader(workload.family()), Duration.ofMinutes(1)).load(Mode.HINT);
      }
      Subject subject = new Subject(mode.backend().open(workload.family()), workload, snapshot);
      subject.first = subject.sync(snapshot);
      return subject;
    }

    @Override
    public void close() {
      dataplane.close();
    }

    int warmUp() throws Exception {
      long end = System.nanoTime() + WARM_UP.toNanos();
      int done = 0;
      while (done < MOST_WARM_UPS && System.nanoTime() < end) {
        done++;
        change(Math.floorMod(done * STRIDE + 1, workload.size().services()), done);
      }
      return done;
    }

    /** Every change is one, whatever was asked for before. */
    double change(int service, int round) throws Exception {
      rounds[service] = rounds[service] == round ? round + MOST_WARM_UPS : round;
      return sync(snapshot.apply(workload.changed(service, rounds[service])));
    }

    private double sync(ClusterSnapshot now) throws Exception {
      long start = System.nanoTime();
      FamilyPlan next = Planner.plan(plan, now, workload.context());
      CommitResult result = dataplane.commit(next);
      double millis = (System.nanoTime() - start) / 1e6;
      if (!(result instanceof CommitResult.Committed(int objects)) || objects == 0) {
        throw new IllegalStateException("the kernel did not take the rules: " + result);
      }
      snapshot = now;
      plan = next;
      return millis;
    }
  }

  /** The peer's shape: from the start of its tool to the end. */
  private static final class Rival {
    private final PeerShape shape;
    private final Loader loader;
    private final int[] rounds;
    private final Measure first;

    private Rival(PeerShape shape, Loader loader, int services, Measure first) {
      this.shape = shape;
      this.loader = loader;
      this.rounds = new int[services];
      this.first = first;
    }

    static Rival start(Mode mode, Workload workload, Duration bound) throws Exception {
      PeerShape shape = mode.peer(workload);
      Loader loader = new Loader(mode.loader(workload.family()), bound);
      loader.load(shape.foundation());
      return new Rival(shape, loader, workload.size().services(), loader.load(shape.full()));
    }

    Measure change(int service, int round) throws Exception {
      String rules = shape.changed(service, rounds[service], round);
      rounds[service] = round;
      return loader.load(rules);
    }
  }

  /** Runs the trial that the arguments name and prints its outcome: a measure a line. */
  public static void main(String[] arguments) throws Exception {
    Trial trial =
        new Trial(
            Mode.valueOf(arguments[0]),
            new Size(Integer.parseInt(arguments[1]), Integer.parseInt(arguments[2])),
            IpFamily.valueOf(arguments[3]),
            Integer.parseInt(arguments[4]),
            Duration.ofMillis(Long.parseLong(arguments[5])));
    Outcome outcome = trial.run();
    for (Measure measure :
        List.of(outcome.first, outcome.peerFirst, outcome.change, outcome.peerChange)) {
      System.out.println(
          switch (measure) {
            case Measure.Value(double amount) -> "value " + amount;
            case Measure.Beyond(double bound) -> "beyond " + bound;
            case Measure.Missing(String why) -> "missing " + why;
          });
    }
  }

  /** The arguments of {@link #main} for this trial. */
  List<String> arguments() {
    return List.of(
        mode.name(),
        Integer.toString(size.services()),
        Integer.toString(size.endpoints()),
        family.name(),
        Integer.toString(changes),
        Long.toString(bound.toMillis()));
  }

  /**
   * What {@link #main} printed.
   *
   * @throws IllegalArgumentException when it is something else
   */
  static Outcome parse(String printed) {
    List<Measure> measures = printed.lines().map(Trial::measure).toList();
    if (measures.size() != 4) {
      throw new IllegalArgumentException("not the outcome of a trial: " + printed);
    }
    return new Outcome(measures.get(0), measures.get(1), measures.get(2), measures.get(3));
  }

  private static Measure measure(String line) {
    String[] words = line.split(" ", 2);
    return switch (words[0]) {
      case "value" -> new Measure.Value(Double.parseDouble(words[1]));
      case "beyond" -> new Measure.Beyond(Double.parseDouble(words[1]));
      case "missing" -> new Measure.Missing(words[1]);
      default -> throw new IllegalArgumentException("not a measure: " + Arrays.toString(words));
    };
  }
}
