package io.pointsman.benchmarks;

import io.pointsman.net.IpFamily;
import io.pointsman.plan.FamilyPlan;
import io.pointsman.plan.NodeContext;
import io.pointsman.plan.Planner;
import io.pointsman.snapshot.ClusterSnapshot;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Fold and plan, of everything and of one changed endpoint. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
public class CoreBench {
  /** The number of Services, with three endpoints each. */
  @Param({"100", "10000"})
  public int services = 1;

  private Workload workload = new Workload(new Size(1, 3), IpFamily.IPV4);
  private NodeContext context = workload.context();
  private ClusterSnapshot snapshot = ClusterSnapshot.empty();
  private ClusterSnapshot changed = snapshot;
  private FamilyPlan plan = FamilyPlan.empty(context);
  private int round;

  /** Makes what the stages start from. */
  @Setup
  public void prepare() {
    workload = new Workload(new Size(services, 3), IpFamily.IPV4);
    context = workload.context();
    snapshot = workload.snapshot();
    changed = snapshot.apply(workload.changed(services / 2, 1));
    plan = Planner.plan(FamilyPlan.empty(context), snapshot, context);
  }

  /** All events into one snapshot, the making of the events included. */
  @Benchmark
  public ClusterSnapshot foldAll() {
    return workload.snapshot();
  }

  /** One event. */
  @Benchmark
  public ClusterSnapshot foldOne() {
    round = round % 1000 + 1;
    return snapshot.apply(workload.changed(services / 2, round));
  }

  /** A plan from nothing. */
  @Benchmark
  public FamilyPlan planAll() {
    return Planner.plan(FamilyPlan.empty(context), snapshot, context);
  }

  /** A plan from the plan before one change. */
  @Benchmark
  public FamilyPlan planOne() {
    return Planner.plan(plan, changed, context);
  }
}
