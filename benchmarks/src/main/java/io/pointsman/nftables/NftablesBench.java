package io.pointsman.nftables;

import io.pointsman.benchmarks.Size;
import io.pointsman.benchmarks.Workload;
import io.pointsman.net.IpFamily;
import io.pointsman.netlink.nfnetlink.Batch;
import io.pointsman.plan.FamilyPlan;
import io.pointsman.plan.NodeContext;
import io.pointsman.plan.Planner;
import io.pointsman.snapshot.ClusterSnapshot;
import java.util.List;
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

/** Compile, diff and encode, of everything and of one changed endpoint. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
public class NftablesBench {
  private static final IpFamily FAMILY = IpFamily.IPV4;

  /** The number of Services, with three endpoints each. */
  @Param({"100", "10000"})
  public int services = 1;

  private NodeContext context = new Workload(new Size(1, 3), FAMILY).context();
  private FamilyPlan plan = FamilyPlan.empty(context);
  private FamilyPlan changedPlan = plan;
  private Compiled compiled = Compiler.empty(context);
  private Compiled changed = compiled;
  private List<Operation> all = List.of();
  private List<Operation> one = List.of();

  /** Makes what the stages start from. */
  @Setup
  public void prepare() {
    Workload workload = new Workload(new Size(services, 3), FAMILY);
    context = workload.context();
    ClusterSnapshot snapshot = workload.snapshot();
    plan = Planner.plan(FamilyPlan.empty(context), snapshot, context);
    changedPlan = Planner.plan(plan, snapshot.apply(workload.changed(services / 2, 1)), context);
    compiled = Compiler.compile(Compiler.empty(context), plan);
    changed = Compiler.compile(compiled, changedPlan);
    all = Differ.difference(Ruleset.absent(FAMILY), compiled.ruleset());
    one = Differ.difference(compiled.ruleset(), changed.ruleset());
  }

  /** From nothing. */
  @Benchmark
  public Object compileAll() {
    return Compiler.compile(Compiler.empty(context), plan);
  }

  /** From the compilation before one change. */
  @Benchmark
  public Object compileOne() {
    return Compiler.compile(compiled, changedPlan);
  }

  /** Against a kernel without our table. */
  @Benchmark
  public Object diffAll() {
    return Differ.difference(Ruleset.absent(FAMILY), compiled.ruleset());
  }

  /** Against the ruleset before one change. */
  @Benchmark
  public Object diffOne() {
    return Differ.difference(compiled.ruleset(), changed.ruleset());
  }

  /** The netlink batch of everything. */
  @Benchmark
  public Object encodeAll() {
    return encode(all);
  }

  /** The netlink batch of one change. */
  @Benchmark
  public Object encodeOne() {
    return encode(one);
  }

  private static Object encode(List<Operation> steps) {
    BatchWriter writer = new BatchWriter(Batch.unconditional(), FAMILY);
    steps.forEach(writer::write);
    return writer.batch().finish();
  }
}
