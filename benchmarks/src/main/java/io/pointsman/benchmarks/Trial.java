package io.pointsman.benchmarks;

import io.pointsman.net.IpFamily;
import io.pointsman.netlink.netns.NetworkNamespace;
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
  /** Changed Services are far apart: every so many-th. */
  static final int STRIDE = 37;

  /** All in milliseconds; changes as medians. */
  record Outcome(Measure first, Measure peerFirst, Measure change, Measure peerChange) {}

  /** Runs in this JVM, whatever it did before. */
  Outcome run() throws Exception {
    Workload workload = new Workload(size, family);
    ClusterSnapshot snapshot = workload.snapshot();
    try (NetworkNamespace ours = NetworkNamespace.create();
        NetworkNamespace peers = NetworkNamespace.create()) {
      try (Subject subject = ours.call(() -> Subject.open(mode, workload))) {
        double first = ours.call(() -> subject.sync(snapshot));
        Rival rival = peers.call(() -> Rival.start(mode, workload, bound));
        return changed(first, ours, subject, peers, rival);
      }
    }
  }

  private Outcome changed(
      double first, NetworkNamespace ours, Subject subject, NetworkNamespace peers, Rival rival)
      throws Exception {
    List<Double> times = new ArrayList<>();
    List<Double> rivalTimes = new ArrayList<>();
    if (changes > 0) {
      ours.call(() -> subject.warmUp());
      for (int round = 1; round <= changes; round++) {
        int service = Math.floorMod(round * STRIDE, size.services());
        int now = round;
        times.add(ours.call(() -> subject.change(service, now)));
        if (rival.isLoaded()) {
          switch (peers.call(() -> rival.change(service, now))) {
            case Measure.Value(double millis) -> rivalTimes.add(millis);
            case Measure.Beyond ignored -> {}
            case Measure.Missing ignored -> {}
          }
        }
      }
    }
    return new Outcome(
        new Measure.Value(first),
        rival.first(),
        new Samples(times).quantile(0.5),
        new Samples(rivalTimes).quantile(0.5));
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
