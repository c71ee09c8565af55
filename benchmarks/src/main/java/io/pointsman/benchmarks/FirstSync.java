package io.pointsman.benchmarks;

import io.pointsman.net.IpFamily;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * From a snapshot to the kernel, in a JVM that just started and a kernel that holds nothing: all at
 * once, and as the agent does it, which works out the rules while its source is being read.
 */
record FirstSync(Mode mode, FreshJvm jvm, Effort effort) implements Benchmark {
  /** T2, in milliseconds by number of Services with 3 endpoints. */
  static final Map<Integer, Integer> MOST = Map.of(10_000, 300, 30_000, 800, 100_000, 3000);

  @Override
  public String row() {
    return mode.isIptables() ? "T6" : "T2";
  }

  @Override
  public String measures() {
    return mode + ": first sync in a fresh JVM, from snapshot to committed";
  }

  @Override
  public List<Figure> run(Size size) throws Exception {
    Trial.Outcome outcome =
        jvm.run(new Trial(mode, size, IpFamily.IPV4, effort.commits(), effort.bound()));
    Measure prepared = new Measure.Value(jvm.run(new ReadingTrial(mode, size)));
    return List.of(
        figure(": first sync", size, outcome.first(), outcome.peerFirst()),
        wanted(
            figure(": first sync, prepared while reading", size, prepared, outcome.peerFirst())));
  }

  private Figure figure(String what, Size size, Measure ours, Measure peer) {
    return new Figure(row(), mode + what, size, ours, peer, "ms", Optional.empty());
  }

  /** The targets are for what the agent does. */
  private Figure wanted(Figure figure) {
    Size size = figure.size();
    if (mode.isIptables()) {
      return size.services() == 10_000 ? figure.wantedFaster(3) : figure;
    }
    Integer most = MOST.get(size.services());
    return most == null || size.endpoints() > 3 ? figure : figure.wantedAtMost(most);
  }
}
