package io.pointsman.iptables;

import io.pointsman.dataplane.Backend;
import io.pointsman.dataplane.Dataplane;
import io.pointsman.dataplane.DataplaneException;
import io.pointsman.dataplane.Hits;
import io.pointsman.dataplane.PacketCounter;
import io.pointsman.net.IpFamily;
import io.pointsman.plan.Destination;
import io.pointsman.plan.FamilyPlan;
import io.pointsman.trace.ModeTraits;
import io.pointsman.trace.Tracer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** The mode {@code iptables}: rules written with the host's own iptables tools. */
public final class IptablesBackend implements Backend {
  private final CommandRunner runner;
  private final Function<Tools, TableStamp> stamps;
  private final PacketCounters counters;
  private final OwnWrite ownWrite = new OwnWrite();

  /** Runs the tools found on the PATH, in the network namespace of the calling thread. */
  public IptablesBackend() {
    this(CommandRunner.ofHost(), TableStamp::ofKernel, new KernelCounters());
  }

  IptablesBackend(
      CommandRunner runner, Function<Tools, TableStamp> stamps, PacketCounters counters) {
    this.runner = runner;
    this.stamps = stamps;
    this.counters = counters;
  }

  @Override
  public String mode() {
    return "iptables";
  }

  @Override
  public ModeTraits traits() {
    return ModeTraits.IPTABLES;
  }

  @Override
  public String render(FamilyPlan plan) {
    return Printer.full(new Compiler(Hairpin.BY_PACKET).compile(plan).ruleset());
  }

  @Override
  public Tracer tracer(FamilyPlan plan) {
    return new IptablesTracer(
        new Compiler(Hairpin.BY_PACKET).compile(plan).ruleset(), plan.context().family());
  }

  @Override
  public Dataplane open(IpFamily family) throws DataplaneException {
    LeftBehind.end();
    Suspicion suspicion = new Suspicion(ownWrite, System::nanoTime);
    return IptablesDataplane.open(Tools.choose(family, runner), stamps, counters, suspicion);
  }

  /**
   * Rules count packets too, but a rule that is written anew starts anew, and so do its table's.
   */
  @Override
  public Optional<Map<Destination, Hits>> hits(IpFamily family) {
    return Optional.empty();
  }

  /** Where the kernel has named counters (nfacct); they count both families together. */
  @Override
  public Map<PacketCounter, Long> packets() {
    return counters.read();
  }

  /**
   * In every flavour that is installed: kube-proxy may have used another than we would. A flavour
   * that cannot be read is left out as long as another can: the kernel need not have both. A chain
   * to which a rule of others leads is emptied, and remains until that rule is gone.
   */
  @Override
  public void cleanUp(IpFamily family) throws DataplaneException {
    LeftBehind.end();
    List<DataplaneException> unreadable = new ArrayList<>();
    List<String> borrowers = new ArrayList<>();
    List<Tools> installed = Tools.installed(family, runner);
    for (Tools tools : installed) {
      IptablesRuleset ours;
      try {
        ours = tools.read();
      } catch (DataplaneException reason) {
        unreadable.add(reason);
        continue;
      }
      Script script = Printer.script(ours, Differ.diff(ours, IptablesRuleset.EMPTY));
      if (script.lines() > 0) {
        tools.restore(script).orThrow(tools);
      }
      if (!ours.sharedChains().isEmpty()) {
        tools.borrowers().forEach(rule -> borrowers.add(tools.program("save") + ", " + rule));
      }
    }
    counters.removeUnused();
    if (!unreadable.isEmpty() && unreadable.size() == installed.size()) {
      throw unreadable.getFirst();
    }
    if (!borrowers.isEmpty()) {
      throw new DataplaneException(
          "all but chains to which rules of others lead was removed, and these chains were emptied;"
              + " delete the rules and run 'pointsman cleanup' again: "
              + String.join("; ", borrowers));
    }
  }
}
