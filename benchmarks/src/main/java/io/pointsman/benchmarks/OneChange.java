package io.pointsman.benchmarks;

import io.pointsman.net.IpFamily;
import java.util.List;
import java.util.Optional;

/** One EndpointSlice changed among all, from snapshot to kernel, in a JVM that is warm. */
record OneChange(Mode mode, FreshJvm jvm, Effort effort) implements Benchmark {
  @Override
  public String row() {
    return mode.isIptables() ? "T5" : "T1";
  }

  @Override
  public String measures() {
    return mode
        + ": one endpoint changed, from snapshot to committed, median of "
        + effort.commits();
  }

  @Override
  public List<Figure> run(Size size) throws Exception {
    Trial.Outcome outcome =
        jvm.run(new Trial(mode, size, IpFamily.IPV4, effort.commits(), effort.bound()));
    Figure figure =
        new Figure(
            row(),
            mode + ": one change",
            size,
            outcome.change(),
            outcome.peerChange(),
            "ms",
            Optional.empty());
    return List.of(
        mode.isIptables() && size.services() == 10_000 ? figure.wantedFaster(3) : figure);
  }
}
