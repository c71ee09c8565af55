package io.pointsman.benchmarks;

import io.pointsman.dataplane.CommitResult;
import io.pointsman.dataplane.Dataplane;
import io.pointsman.plan.FamilyPlan;
import io.pointsman.plan.Planner;
import io.pointsman.snapshot.ClusterSnapshot;
import java.time.Duration;

/** Pointsman: each sync from a changed snapshot to the end of the commit. */
final class Subject implements AutoCloseable {
  /** A JVM in service has compiled what a change needs; these make it so. */
  private static final int MOST_WARM_UPS = 300;

  private static final Duration WARM_UP = Duration.ofSeconds(1);

  private final Dataplane dataplane;
  private final Workload workload;
  private final int[] rounds;
  private ClusterSnapshot snapshot = ClusterSnapshot.empty();
  private FamilyPlan plan;

  private Subject(Dataplane dataplane, Workload workload) {
    this.dataplane = dataplane;
    this.workload = workload;
    this.plan = FamilyPlan.empty(workload.context());
    this.rounds = new int[workload.size().services()];
  }

  /** Nothing is in the kernel yet but the kubelet's hint. */
  static Subject open(Mode mode, Workload workload) throws Exception {
    if (mode.isIptables()) {
      new Loader(mode.loader(workload.family()), Duration.ofMinutes(1)).load(Mode.HINT);
    }
    return new Subject(mode.backend().open(workload.family()), workload);
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
      change(Math.floorMod(done * Trial.STRIDE + 1, workload.size().services()), done);
    }
    return done;
  }

  /** Every change is one, whatever was asked for before. */
  double change(int service, int round) throws Exception {
    rounds[service] = rounds[service] == round ? round + MOST_WARM_UPS : round;
    return sync(snapshot.apply(workload.changed(service, rounds[service])));
  }

  /** What the agent does while its source is still being read. */
  void prepare(ClusterSnapshot part) {
    plan = Planner.plan(plan, part, workload.context());
    dataplane.prepare(plan);
  }

  /** Brings the kernel to the snapshot; how long that took, in milliseconds. */
  double sync(ClusterSnapshot now) throws Exception {
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
