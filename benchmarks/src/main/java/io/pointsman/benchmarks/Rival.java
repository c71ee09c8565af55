package io.pointsman.benchmarks;

import java.time.Duration;

/** The peer's shape in the kernel: each load from the start of its tool to the end. */
final class Rival {
  private final PeerShape shape;
  private final Loader loader;
  private final int[] rounds;
  private final Measure first;
  private final boolean isLoaded;

  private Rival(PeerShape shape, Loader loader, int services, Measure first, boolean isLoaded) {
    this.shape = shape;
    this.loader = loader;
    this.rounds = new int[services];
    this.first = first;
    this.isLoaded = isLoaded;
  }

  /** What the full sync took. */
  Measure first() {
    return first;
  }

  /** Whether the kernel holds the rules, at once or in pieces. */
  boolean isLoaded() {
    return isLoaded;
  }

  static Rival start(Mode mode, Workload workload, Duration bound) throws Exception {
    PeerShape shape = mode.peer(workload);
    Loader loader = new Loader(mode.loader(workload.family()), bound);
    loader.load(shape.foundation());
    Measure full = loader.load(shape.full());
    boolean isLoaded = full instanceof Measure.Value || loadsInPieces(shape, loader);
    return new Rival(shape, loader, workload.size().services(), full, isLoaded);
  }

  private static boolean loadsInPieces(PeerShape shape, Loader loader) throws Exception {
    for (String piece : shape.pieces()) {
      if (!(loader.load(piece) instanceof Measure.Value)) {
        return false;
      }
    }
    return true;
  }

  Measure change(int service, int round) throws Exception {
    String rules = shape.changed(service, rounds[service], round);
    rounds[service] = round;
    return loader.load(rules);
  }
}
