package io.pointsman.nftables;

import io.pointsman.dataplane.CommitResult;
import io.pointsman.dataplane.Dataplane;
import io.pointsman.dataplane.DataplaneException;
import io.pointsman.dataplane.Inventory;
import io.pointsman.model.ObjectName;
import io.pointsman.net.IpFamily;
import io.pointsman.netlink.codec.Errno;
import io.pointsman.netlink.codec.NetlinkError;
import io.pointsman.netlink.nfnetlink.BatchSocket;
import io.pointsman.plan.FamilyPlan;
import io.pointsman.trace.Tracer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** Our table of one family in the kernel, over one netlink socket. */
final class NftablesDataplane implements Dataplane {
  /**
   * The table of kube-proxy's own nftables mode: replaced in the transaction that installs ours.
   */
  static final String KUBE_PROXY_TABLE = "kube-proxy";

  /** How often the kernel is read at most until nobody else has written meanwhile. */
  private static final int MOST_READINGS = 5;

  /** From so many objects on, nobody should listen to a transaction: {@link ForeignChanges}. */
  private static final int LARGE = 5000;

  private final IpFamily family;
  private final BatchSocket socket;
  private final Transactions transactions;
  private final ForeignChanges foreign;

  /** What the kernel holds for sure; empty when that must be read first. */
  private Optional<Ruleset> committed = Optional.empty();

  private Optional<Compiled> compiled = Optional.empty();
  private Stock stock = Stock.NOTHING;
  private Inventory inventory = Inventory.UNKNOWN;

  NftablesDataplane(IpFamily family, BatchSocket socket, ForeignChanges foreign) {
    this.family = family;
    this.socket = socket;
    this.transactions = new Transactions(socket, family);
    this.foreign = foreign;
    foreign.enter(socket);
  }

  @Override
  public IpFamily family() {
    return family;
  }

  @Override
  public void prepare(FamilyPlan plan) {
    compile(plan);
  }

  private Compiled compile(FamilyPlan plan) {
    Compiled wanted =
        Compiler.compile(compiled.orElseGet(() -> Compiler.empty(plan.context())), plan);
    compiled = Optional.of(wanted);
    return wanted;
  }

  @Override
  public CommitResult commit(FamilyPlan plan) throws DataplaneException {
    Compiled wanted = compile(plan);
    try {
      return committed.isPresent() ? change(committed.get(), wanted) : adopt(wanted);
    } catch (IOException e) {
      forget();
      throw new DataplaneException(
          "nf_tables (" + family + ") cannot be read or written: " + e.getMessage(), e);
    }
  }

  /**
   * Others may have written to our table since the last look: then the kernel refuses, or a
   * notification has us read it next time.
   */
  private CommitResult change(Ruleset before, Compiled wanted) throws IOException {
    List<Operation> steps = Differ.difference(before, wanted.ruleset());
    boolean large = objects(steps) >= LARGE;
    OptionalInt generation = large ? foreign.shutFor(family) : OptionalInt.empty();
    Transactions.Outcome outcome = transactions.send(steps, generation);
    if (large) {
      foreign.written(outcome.isOneCommit());
      foreign.listen(socket);
    }
    CommitResult result = settle(outcome, steps, wanted);
    if (result instanceof CommitResult.Committed) {
      count(stock.after(before, steps), steps);
      forgetClientsOf(formerMembers(steps));
    }
    return result;
  }

  /**
   * Reads the kernel and writes the difference, anew when somebody else wrote to any table
   * meanwhile. Where that never ends, the last attempt takes its chance.
   */
  private CommitResult adopt(Compiled wanted) throws IOException {
    List<Operation> steps;
    Transactions.Outcome outcome;
    foreign.shutFor(family);
    int attempt = 0;
    do {
      int generation = socket.generation();
      boolean insists = ++attempt < MOST_READINGS;
      foreign.reading(family, generation);
      steps = stepsFromKernel(wanted.ruleset());
      outcome =
          transactions.send(steps, insists ? OptionalInt.of(generation) : OptionalInt.empty());
      if (!steps.isEmpty()) {
        foreign.written(insists && outcome.isOneCommit());
      }
    } while (outcome.result() instanceof io.pointsman.netlink.nfnetlink.CommitResult.Stale);
    foreign.listen(socket);
    CommitResult result = settle(outcome, steps, wanted);
    if (result instanceof CommitResult.Committed) {
      count(Stock.of(wanted.ruleset()), steps);
      // Until then the plan is not in force: clients would go on to endpoints that are gone.
      new ClientSweep(socket, family).sweep(members(wanted.ruleset())::contains);
    }
    return result;
  }

  private void count(Stock held, List<Operation> steps) {
    stock = held;
    inventory = Stock.inventory(held, steps);
  }

  private static int objects(List<Operation> steps) {
    return steps.stream().mapToInt(Operation::objects).sum();
  }

  private static Set<ElementKey> members(Ruleset ruleset) {
    Set<ElementKey> members = new HashSet<>();
    ruleset
        .elements()
        .forEach(element -> {
          if (element.key().set() == NamedSet.AFFINITY_MEMBERS) {
            members.add(element.key());
          }
        });
    return members;
  }

  private static Set<ElementKey> formerMembers(List<Operation> steps) {
    Set<ElementKey> former = new HashSet<>();
    for (Operation step : steps) {
      if (step instanceof Operation.RemoveElements(NamedSet set, List<Element> elements)
          && set == NamedSet.AFFINITY_MEMBERS) {
        elements.forEach(element -> former.add(element.key()));
      }
    }
    return former;
  }

  private void forgetClientsOf(Set<ElementKey> former) throws IOException {
    if (!former.isEmpty()) {
      new ClientSweep(socket, family).sweep(member -> !former.contains(member));
    }
  }

  private List<Operation> stepsFromKernel(Ruleset wanted) throws IOException {
    KernelReader.State state = new KernelReader(socket.client(), family).read();
    List<Operation> steps = new ArrayList<>();
    if (state.tables().contains(KUBE_PROXY_TABLE)) {
      steps.add(new Operation.RemoveTable(KUBE_PROXY_TABLE));
    }
    Ruleset present = state.ruleset();
    if (state.alien()) {
      steps.add(new Operation.RemoveTable(Ruleset.TABLE));
      present = Ruleset.absent(family);
    }
    steps.addAll(Differ.difference(present, wanted));
    return steps;
  }

  /** Whatever is not a commit leaves in doubt what the kernel holds. */
  private CommitResult settle(
      Transactions.Outcome outcome, List<Operation> steps, Compiled wanted) {
    forget();
    return switch (outcome.result()) {
      case io.pointsman.netlink.nfnetlink.CommitResult.Committed() -> {
        committed = Optional.of(wanted.ruleset());
        yield new CommitResult.Committed(objects(steps));
      }
      case io.pointsman.netlink.nfnetlink.CommitResult.Rejected rejected ->
          new CommitResult.Rejected(refusals(rejected.errors(), outcome.writer(), wanted));
      case io.pointsman.netlink.nfnetlink.CommitResult.Stale() ->
          new CommitResult.Unknown("somebody else wrote to nf_tables at the same time");
      case io.pointsman.netlink.nfnetlink.CommitResult.Unknown(String reason) ->
          new CommitResult.Unknown(reason);
    };
  }

  private List<CommitResult.Refusal> refusals(
      List<NetlinkError> errors, BatchWriter writer, Compiled wanted) {
    Map<ElementKey, ObjectName> owners = new HashMap<>();
    wanted
        .fragments()
        .forEach((name, fragment) ->
            fragment.elements().forEach(element -> owners.put(element.key(), name)));
    return errors.stream().map(error -> refusal(error, writer, owners)).toList();
  }

  private CommitResult.Refusal refusal(
      NetlinkError error, BatchWriter writer, Map<ElementKey, ObjectName> owners) {
    if (!writer.knows(error.sequence())) {
      return new CommitResult.Refusal(
          "the transaction as a whole", Optional.empty(), error.describe());
    }
    BatchWriter.Sent sent = writer.sent(error.sequence());
    Optional<Element> element = sent.elementAt(error.offset());
    return new CommitResult.Refusal(
        element
            .map(e -> Printer.print(family, e))
            .orElseGet(() -> Printer.print(family, sent.operation())),
        element.flatMap(e -> Optional.ofNullable(owners.get(e.key()))),
        error.describe() + advice(sent.operation(), error));
  }

  /** The kernel says ENOENT of an expression that it does not have: nft_expr_init(). */
  private static String advice(Operation operation, NetlinkError error) {
    return operation instanceof Operation.AddRule && error.errno().equals(Errno.ENOENT)
        ? "; this kernel lacks an expression of the rule: load its modules (nft_numgen, nft_fib,"
            + " nft_nat, nft_masq, nft_reject, nft_ct) or use --proxy-mode=iptables"
        : "";
  }

  @Override
  public boolean isDisturbed() throws DataplaneException {
    try {
      return foreign.any(family, socket);
    } catch (IOException e) {
      throw new DataplaneException(
          "changes of nf_tables (" + family + ") cannot be watched: " + e.getMessage(), e);
    }
  }

  @Override
  public Inventory inventory() {
    return inventory;
  }

  /** One system call when nobody did anything. */
  @Override
  public Duration watchInterval() {
    return Duration.ofMillis(500);
  }

  @Override
  public void forget() {
    committed = Optional.empty();
  }

  @Override
  public List<String> drift(int most) throws DataplaneException {
    Ruleset wanted = compiled.map(Compiled::ruleset).orElseGet(() -> Ruleset.absent(family));
    try {
      KernelReader.State state = new KernelReader(socket.client(), family).read();
      if (!state.tables().contains(Ruleset.TABLE) && !wanted.equals(Ruleset.absent(family))) {
        return List.of("missing: table " + Field.ip(family) + " " + Ruleset.TABLE);
      }
      List<String> lines = new ArrayList<>();
      if (state.alien()) {
        lines.add("the table holds sets or elements of another version");
      }
      List<Operation> steps = Differ.difference(state.ruleset(), wanted);
      int left = steps.stream().mapToInt(NftablesDataplane::lineCount).sum();
      for (Operation step : steps) {
        int shown = Math.min(lineCount(step), most - lines.size());
        lines.addAll(lines(step, shown));
        left -= shown;
      }
      if (left > 0) {
        lines.add("and " + left + " more");
      }
      return lines;
    } catch (IOException e) {
      throw new DataplaneException(
          "nf_tables (" + family + ") cannot be read: " + e.getMessage(), e);
    }
  }

  @Override
  public String readBack() throws DataplaneException {
    Ruleset held = held();
    return held.exists() ? Printer.printRead(held) : "";
  }

  @Override
  public Tracer tracer() throws DataplaneException {
    return new NftablesTracer(held());
  }

  private Ruleset held() throws DataplaneException {
    try {
      return new KernelReader(socket.client(), family).read().ruleset();
    } catch (IOException e) {
      throw new DataplaneException(
          "nf_tables (" + family + ") cannot be read: " + e.getMessage(), e);
    }
  }

  private static int lineCount(Operation step) {
    return switch (step) {
      case Operation.AddElements add -> add.elements().size();
      case Operation.RemoveElements remove -> remove.elements().size();
      default -> 1;
    };
  }

  private List<String> lines(Operation step, int most) {
    return switch (step) {
      case Operation.AddElements add ->
          add.elements().stream()
              .sorted()
              .limit(most)
              .map(e -> "missing: " + Printer.print(family, e))
              .toList();
      case Operation.RemoveElements remove ->
          remove.elements().stream()
              .sorted()
              .limit(most)
              .map(e -> "surplus: " + Printer.print(family, e))
              .toList();
      default -> most < 1 ? List.of() : List.of("repair: " + Printer.print(family, step));
    };
  }

  @Override
  public void close() {
    foreign.leave(socket);
    socket.close();
  }
}
