package io.pointsman.benchmarks;

import io.pointsman.net.IpFamily;
import io.pointsman.netlink.netns.NetworkNamespace;
import io.pointsman.snapshot.ClusterEvent;
import io.pointsman.snapshot.ClusterSnapshot;
import java.util.List;

/**
 * A first sync as the agent comes to it: its source arrives in parts, and after each it works out
 * what there is so far. Measured is what is left to do when the last part is there.
 */
record ReadingTrial(Mode mode, Size size) {
  /** The API server's lists come in pages of so many. */
  private static final int PAGE = 500;

  /** In milliseconds. */
  double run() throws Exception {
    Workload workload = new Workload(size, IpFamily.IPV4);
    List<ClusterEvent> events = workload.events().toList();
    try (NetworkNamespace kernel = NetworkNamespace.create();
        Subject subject = kernel.call(() -> Subject.open(mode, workload))) {
      ClusterSnapshot snapshot = ClusterSnapshot.empty();
      for (int first = 0; first < events.size(); first += PAGE) {
        if (first > 0) {
          subject.prepare(snapshot);
        }
        snapshot = snapshot.apply(events.subList(first, Math.min(events.size(), first + PAGE)));
      }
      ClusterSnapshot complete = snapshot;
      return kernel.call(() -> subject.sync(complete));
    }
  }

  /** The arguments of {@link #main} for this trial. */
  List<String> arguments() {
    return List.of(
        mode.name(), Integer.toString(size.services()), Integer.toString(size.endpoints()));
  }

  /** Runs the trial that the arguments name and prints the time. */
  public static void main(String[] arguments) throws Exception {
    ReadingTrial trial =
        new ReadingTrial(
            Mode.valueOf(arguments[0]),
            new Size(Integer.parseInt(arguments[1]), Integer.parseInt(arguments[2])));
    System.out.println(trial.run());
  }
}
