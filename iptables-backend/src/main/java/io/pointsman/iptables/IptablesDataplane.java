package io.pointsman.iptables;

import io.pointsman.dataplane.CommitResult;
import io.pointsman.dataplane.Dataplane;
import io.pointsman.dataplane.DataplaneException;
import io.pointsman.dataplane.Inventory;
import io.pointsman.model.ObjectName;
import io.pointsman.net.IpFamily;
import io.pointsman.plan.FamilyPlan;
import io.pointsman.trace.Tracer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The tables of one family. Reads them once, and then writes each change with one run of
 * iptables-restore.
 */
final class IptablesDataplane implements Dataplane {
  private static final int CONTEXT_LINES = 2;

  private final Tools tools;
  private final Compiler compiler;
  private final TableStamp stamp;
  private final PacketCounters counters;
  private final Suspicion suspicion;

  /** Where the tools take a lock, and the wait for it can be told. */
  private final Optional<UnderLock> lock;

  private Optional<Compilation> committed = Optional.empty();

  /** What is likely to be asked for at first. */
  private Optional<Compilation> prepared = Optional.empty();

  /** What the kernel holds of us, while that is known. */
  private Optional<IptablesRuleset> held = Optional.empty();

  /** The mark that the tables had just before they were found in order. */
  private Optional<TableStamp.Mark> inOrder = Optional.empty();

  private Stock stock = Stock.NOTHING;
  private Inventory inventory = Inventory.UNKNOWN;

  private IptablesDataplane(
      Tools tools,
      Compiler compiler,
      TableStamp stamp,
      PacketCounters counters,
      Suspicion suspicion,
      Optional<UnderLock> lock) {
    this.tools = tools;
    this.compiler = compiler;
    this.stamp = stamp;
    this.counters = counters;
    this.suspicion = suspicion;
    this.lock = lock;
  }

  /**
   * Tries the tools and the kernel, and asks for its settings.
   *
   * @param stamps gives the stamp of the tables that the tools write, to be closed with this
   * @param counters those of the kernel that the tools write to
   * @param suspicion new
   */
  static IptablesDataplane open(
      Tools tools, Function<Tools, TableStamp> stamps, PacketCounters counters, Suspicion suspicion)
      throws DataplaneException {
    Optional<UnderLock> lock = UnderLock.of(tools);
    Tools used = lock.map(tools::runBy).orElse(tools);
    return new IptablesDataplane(
        used, KernelProbe.run(used, counters), stamps.apply(used), counters, suspicion, lock);
  }

  /** The same, sharing nothing with another family. */
  static IptablesDataplane open(
      Tools tools, Function<Tools, TableStamp> stamps, PacketCounters counters)
      throws DataplaneException {
    return open(tools, stamps, counters, new Suspicion(new OwnWrite(), System::nanoTime));
  }

  /** And without counters. */
  static IptablesDataplane open(Tools tools, Function<Tools, TableStamp> stamps)
      throws DataplaneException {
    return open(tools, stamps, PacketCounters.NONE);
  }

  @Override
  public IpFamily family() {
    return tools.family();
  }

  @Override
  public void prepare(FamilyPlan plan) {
    prepared = Optional.of(compile(plan));
  }

  private Compilation compile(FamilyPlan plan) {
    return committed
        .or(() -> prepared)
        .map(base -> compiler.compile(base, plan))
        .orElseGet(() -> compiler.compile(plan));
  }

  @Override
  public CommitResult commit(FamilyPlan plan) throws DataplaneException {
    if (plan.context().family() != family()) {
      throw new IllegalArgumentException(
          "a plan for " + plan.context().family() + " came to the " + family() + " dataplane");
    }
    Compilation next = compile(plan);
    prepared = Optional.empty();
    if (committed.isPresent()) {
      suspicion.look(stamp.read());
    }
    IptablesRuleset before = held.isPresent() ? held.get() : readAll();
    Differ.Changeset changes = Differ.diff(before, next.ruleset());
    // What the kernel holds is counted once, and then by what changes.
    Stock base = held.isPresent() ? stock : Stock.of(before);
    if (changes.isEmpty()) {
      return hold(next, before, base, changes);
    }
    // Somebody may have flushed the rules that kept them, and then removed them.
    counters.make(changes.counters());
    Script script = Printer.script(before, changes);
    forget();
    if (committed.isEmpty()) {
      suspicion.look(stamp.read());
    }
    return switch (tools.restore(script)) {
      case RestoreOutcome.Loaded() -> {
        suspicion.written(stamp.read());
        yield hold(next, Differ.apply(before, changes), base.after(before, changes), changes);
      }
      case RestoreOutcome.Lost(String reason) -> new CommitResult.Unknown(reason);
      case RestoreOutcome.Refused refused ->
          takeBack(before)
              .<CommitResult>map(CommitResult.Unknown::new)
              .orElseGet(() -> rejected(refused, script, next));
    };
  }

  private IptablesRuleset readAll() throws DataplaneException {
    long start = suspicion.now();
    IptablesRuleset all = tools.read();
    suspicion.read(start);
    return all;
  }

  private CommitResult hold(
      Compilation next, IptablesRuleset ruleset, Stock holds, Differ.Changeset changes) {
    committed = Optional.of(next);
    held = Optional.of(ruleset);
    stock = holds;
    inventory = new Inventory(holds.byKind(), Stock.written(changes).byKind());
    return new CommitResult.Committed(changes.size());
  }

  /**
   * A restore is atomic in each table but not over all: tables before the refused one are put back.
   *
   * @return why that failed, if it did
   */
  private Optional<String> takeBack(IptablesRuleset before) throws DataplaneException {
    IptablesRuleset now = tools.read();
    Differ.Changeset undo = Differ.diff(now, before);
    if (undo.isEmpty()) {
      return Optional.empty();
    }
    return switch (tools.restore(Printer.script(now, undo))) {
      case RestoreOutcome.Loaded() -> Optional.empty();
      case RestoreOutcome.Lost(String reason) -> Optional.of(reason);
      case RestoreOutcome.Refused(var line, String reason) ->
          Optional.of("a table was refused, and putting back the others failed: " + reason);
    };
  }

  private CommitResult rejected(
      RestoreOutcome.Refused refused, Script script, Compilation compilation) {
    Optional<Hook> rule = refused.line().flatMap(script::rule);
    Optional<ObjectName> service = rule.flatMap(compilation::owner);
    String object =
        refused
            .line()
            .map(line ->
                "line "
                    + line
                    + " of\n"
                    + script.excerpt(line - CONTEXT_LINES, line + CONTEXT_LINES))
            .orElse("the script of " + script.lines() + " lines");
    return new CommitResult.Rejected(
        List.of(new CommitResult.Refusal(object, service, refused.reason())));
  }

  /**
   * Reads the stamp. When it is not the one under which the last check found nothing, runs a check
   * of what all Services share; when somebody else may have changed what one Service has, reads
   * all, as often as that is worth it.
   */
  @Override
  public boolean isDisturbed() throws DataplaneException {
    if (committed.isEmpty()) {
      return false;
    }
    // Before the check: what changes during it is then seen by the next look.
    Optional<TableStamp.Mark> now = stamp.read();
    suspicion.look(now);
    boolean checked = now.isPresent() && now.equals(inOrder);
    return (!checked && isSharedChanged(committed.get(), now)) || isAnythingChanged();
  }

  /** A commit's own stamp is worth nothing: it might be that of a change right after it. */
  private boolean isSharedChanged(Compilation wanted, Optional<TableStamp.Mark> now)
      throws DataplaneException {
    inOrder = Optional.empty();
    return switch (tools.restore(Printer.check(wanted.ruleset()))) {
      case RestoreOutcome.Loaded() -> {
        inOrder = now;
        yield false;
      }
      case RestoreOutcome.Refused refused -> true;
      case RestoreOutcome.Lost lost -> false;
    };
  }

  private boolean isAnythingChanged() throws DataplaneException {
    return held.isPresent()
        && suspicion.isWorthReading()
        && !Differ.diff(readAll(), held.get()).isEmpty();
  }

  @Override
  public Inventory inventory() {
    return inventory;
  }

  @Override
  public void onLockWait(Consumer<Duration> listener) {
    lock.ifPresent(taken -> taken.tell(listener));
  }

  /** Some system calls; processes only after a change of anybody's, ours included. */
  @Override
  public Duration watchInterval() {
    return Duration.ofSeconds(3);
  }

  @Override
  public void forget() {
    held = Optional.empty();
    inOrder = Optional.empty();
  }

  @Override
  public List<String> drift(int most) throws DataplaneException {
    Optional<Compilation> wanted = committed.or(() -> prepared);
    if (wanted.isEmpty()) {
      return List.of();
    }
    Differ.Changeset repair = Differ.diff(tools.read(), wanted.get().ruleset());
    List<String> lines = new ArrayList<>();
    repair.written().keySet().forEach(chain -> lines.add("missing or changed chain: " + chain));
    repair.deleted().forEach(chain -> lines.add("foreign chain under our names: " + chain));
    repair.createdShared().forEach(chain -> lines.add("missing chain: " + chain));
    repair.addedHooks().forEach(hook -> lines.add("missing rule: " + text(hook)));
    repair.removedHooks().forEach(hook -> lines.add("surplus rule: " + text(hook)));
    lines.sort(null);
    if (lines.size() > most) {
      int others = lines.size() - most;
      lines.subList(most, lines.size()).clear();
      lines.add("and " + others + " more");
    }
    return lines;
  }

  @Override
  public String readBack() throws DataplaneException {
    return Printer.full(tools.read());
  }

  @Override
  public Tracer tracer() throws DataplaneException {
    return new IptablesTracer(tools.read(), family());
  }

  private static String text(Hook hook) {
    return hook.chain() + Printer.rule(hook.rule());
  }

  /** Rules outlive the process on purpose: traffic goes on while Pointsman restarts. */
  @Override
  public void close() {
    stamp.close();
  }
}
