package io.pointsman.iptables;

import io.pointsman.benchmarks.Size;
import io.pointsman.benchmarks.Workload;
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

/** Compile, diff and print, of everything and of one changed endpoint. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
public class IptablesBench {
  private static final Compiler COMPILER = new Compiler(Hairpin.BY_PACKET);

  /** The number of Services, with three endpoints each. */
  @Param({"100", "10000"})
  public int services = 1;

  private FamilyPlan plan = FamilyPlan.empty(new Workload(new Size(1, 3), IpFamily.IPV4).context());
  private FamilyPlan changedPlan = plan;
  private Compilation compiled = COMPILER.compile(plan);
  private Compilation changed = compiled;
  private Differ.Changeset all = Differ.diff(IptablesRuleset.EMPTY, compiled.ruleset());
  private Differ.Changeset one = all;

  /** Makes what the stages start from. */
  @Setup
  public void prepare() {
    Workload workload = new Workload(new Size(services, 3), IpFamily.IPV4);
    NodeContext context = workload.context();
    ClusterSnapshot snapshot = workload.snapshot();
    plan = Planner.plan(FamilyPlan.empty(context), snapshot, context);
    changedPlan = Planner.plan(plan, snapshot.apply(workload.changed(services / 2, 1)), context);
    compiled = COMPILER.compile(plan);
    changed = COMPILER.compile(compiled, changedPlan);
    all = Differ.diff(IptablesRuleset.EMPTY, compiled.ruleset());
    one = Differ.diff(compiled.ruleset(), changed.ruleset());
  }

  /** From nothing. */
  @Benchmark
  public Object compileAll() {
    return COMPILER.compile(plan);
  }

  /** From the compilation before one change. */
  @Benchmark
  public Object compileOne() {
    return COMPILER.compile(compiled, changedPlan);
  }

  /** Against a kernel without our chains. */
  @Benchmark
  public Object diffAll() {
    return Differ.diff(IptablesRuleset.EMPTY, compiled.ruleset());
  }

  /** Against the ruleset before one change. */
  @Benchmark
  public Object diffOne() {
    return Differ.diff(compiled.ruleset(), changed.ruleset());
  }

  /** The script of everything. */
  @Benchmark
  public Object encodeAll() {
    return Printer.script(IptablesRuleset.EMPTY, all).text();
  }

  /** The script of one change. */
  @Benchmark
  public Object encodeOne() {
    return Printer.script(compiled.ruleset(), one).text();
  }
}
