package io.pointsman.agent;

import io.pointsman.agent.log.LogTail;
import io.pointsman.agent.preflight.NodePortConflicts;
import io.pointsman.agent.preflight.SocketTable;
import io.pointsman.dataplane.Backend;
import io.pointsman.dataplane.Dataplane;
import io.pointsman.dataplane.DataplaneException;
import io.pointsman.dataplane.Inventory;
import io.pointsman.kubernetes.ClusterSource;
import io.pointsman.net.IpFamily;
import io.pointsman.net.Protocol;
import io.pointsman.reconcile.Reconciler;
import io.pointsman.reconcile.SyncReport;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * One proxy for one node: a source, a reconciler, and a dataplane for each family. It works in the
 * network namespace of the thread that calls {@link #run}.
 */
public final class Agent implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Agent.class);

  private final Backend backend;
  private final Reconciler reconciler;
  private final ClusterSource source;
  private final boolean externalIps;
  private final Consumer<SyncReport> observer;
  private final AdminServers servers;
  private final NodeEvents events;
  private final FlowCleaner flows;
  private final Set<IpFamily> families;
  private final Map<IpFamily, Dataplane> dataplanes = new EnumMap<>(IpFamily.class);
  private final Map<IpFamily, SyncReport> reports = new ConcurrentHashMap<>();
  private final Set<IpFamily> waitingForFirstCommit = EnumSet.noneOf(IpFamily.class);
  private Runnable onceProgrammed = () -> {};

  private Agent(
      Backend backend,
      List<Dataplane> dataplanes,
      AgentOptions options,
      ClusterSource source,
      AdminServers servers,
      NodeEvents events,
      Consumer<SyncReport> observer,
      Consumer<FlowReport> flowObserver) {
    this.servers = servers;
    this.events = events;
    this.backend = backend;
    this.source = source;
    this.externalIps = options.configuration().allowsServiceExternalIps();
    this.observer = observer;
    this.flows =
        new FlowCleaner(
            new KernelFlows(),
            flowProtocols(options),
            options.syncPolicy(),
            report -> {
              servers.accept(report);
              flowObserver.accept(report);
            });
    ContextFactory contexts = new ContextFactory(options, new HostAddresses());
    dataplanes.forEach(dataplane -> this.dataplanes.put(dataplane.family(), dataplane));
    dataplanes.forEach(
        dataplane -> dataplane.onLockWait(wait -> servers.lockWaited(dataplane.family(), wait)));
    waitingForFirstCommit.addAll(this.dataplanes.keySet());
    this.families = Set.copyOf(waitingForFirstCommit);
    this.reconciler =
        new Reconciler(
            dataplanes, contexts::context, options.syncPolicy(), this::report, System::nanoTime);
  }

  /**
   * Opens the kernel of the calling thread's network namespace.
   *
   * @param flags of the command line, without dashes, for who asks for them
   * @param observer told of each sync after it was logged
   * @param flowObserver told what was done about flows that syncs made stale, on another thread
   * @throws DataplaneException when the primary family cannot be served; the message says why
   * @throws RuntimeException when an address for health or metrics must be bound and cannot be
   */
  public static Agent open(
      AgentOptions options,
      Map<String, String> flags,
      ClusterSource source,
      Consumer<SyncReport> observer,
      Consumer<FlowReport> flowObserver)
      throws DataplaneException {
    Backend backend = Backends.required(options.mode());
    NodePreparation.localhostNodePorts(options).ifPresent(LOG::warn);
    List<Dataplane> dataplanes = ServedFamilies.open(backend, ServedFamilies.primary(options));
    Optional<String> mismatch = ServedFamilies.mismatch(options, dataplanes);
    if (mismatch.isPresent()) {
      dataplanes.forEach(Dataplane::close);
      throw new UsageException(mismatch.get());
    }
    NodeEvents events = new NodeEvents(source.events(), options.nodeName());
    return new Agent(
        backend,
        dataplanes,
        options,
        source,
        openServers(options, flags, backend, dataplanes, events, source),
        events,
        observer,
        flowObserver);
  }

  private static AdminServers openServers(
      AgentOptions options,
      Map<String, String> flags,
      Backend backend,
      List<Dataplane> dataplanes,
      NodeEvents events,
      ClusterSource source) {
    Set<IpFamily> families = EnumSet.noneOf(IpFamily.class);
    dataplanes.forEach(dataplane -> families.add(dataplane.family()));
    try {
      return AdminServers.open(
          options, flags, backend, families, InstantSource.system(), events, source::reviews);
    } catch (UsageException e) {
      dataplanes.forEach(Dataplane::close);
      // Its Event tells why this node has no proxy.
      source.close();
      throw e;
    }
  }

  /** As the other, without flags. */
  public static Agent open(
      AgentOptions options,
      ClusterSource source,
      Consumer<SyncReport> observer,
      Consumer<FlowReport> flowObserver)
      throws DataplaneException {
    return open(options, Map.of(), source, observer, flowObserver);
  }

  /** As {@link #open(AgentOptions, ClusterSource, Consumer, Consumer)}, for syncs alone. */
  public static Agent open(
      AgentOptions options, ClusterSource source, Consumer<SyncReport> observer)
      throws DataplaneException {
    return open(options, source, observer, report -> {});
  }

  private static Set<Protocol> flowProtocols(AgentOptions options) {
    return options.cleanSctpFlows()
        ? EnumSet.of(Protocol.UDP, Protocol.SCTP)
        : EnumSet.of(Protocol.UDP);
  }

  /** The families that are served; each has its own syncs and reports. */
  public Set<IpFamily> families() {
    return families;
  }

  /**
   * To be called before {@link #run}.
   *
   * @param task for the thread of {@link #run}, after each sync from that on by which each family
   *     has been committed once
   */
  void onceProgrammed(Runnable task) {
    onceProgrammed = task;
  }

  /** What can be asked of this agent, from any thread. */
  Questions questions() {
    return new Questions(backend, this::lastSync);
  }

  /** All that this agent knows, from any thread; the log is its caller's. */
  AgentDump dump(LogTail log) {
    return new AgentDump(backend, this::lastSync, servers, log);
  }

  private Optional<SyncReport> lastSync(IpFamily family) {
    return Optional.ofNullable(reports.get(family));
  }

  /** Serves until {@link #close}; the rules stay in the kernel. */
  public void run() {
    flows.start();
    // Before the first sync asks for addresses, so that none can come in between.
    Optional<AddressWatch> addresses = AddressWatch.start(reconciler::requestSync);
    source.start(new Queueing(servers, reconciler, externalIps));
    events.starting();
    try {
      reconciler.run();
    } finally {
      addresses.ifPresent(AddressWatch::close);
      source.close();
      servers.close();
      flows.close();
    }
  }

  @Override
  public void close() {
    reconciler.close();
  }

  private void report(SyncReport report) {
    reports.put(report.family(), report);
    report.problems().forEach(problem -> LOG.warn("{}", problem));
    if (report.repairing()) {
      LOG.warn(
          "{}: somebody else touched the rules of mode {}: {}",
          report.family(),
          backend.mode(),
          report.found().isEmpty()
              ? "they are as they should be"
              : "repairing " + String.join("; ", report.found()));
    }
    report
        .refusals()
        .forEach(refusal -> LOG.error("{}: the kernel refused {}", report.family(), refusal));
    switch (report.result()) {
      case io.pointsman.dataplane.CommitResult.Committed(int objects) -> {
        boolean first = waitingForFirstCommit.remove(report.family());
        // Later ones can be hundreds a second.
        LOG.atLevel(first ? Level.INFO : Level.DEBUG)
            .setMessage(
                "{}: {} events, {} Services, {} objects written in {} ms (plan {} ms, kernel {} ms)")
            .addArgument(report.family())
            .addArgument(report.events())
            .addArgument(report.plan().services().size())
            .addArgument(objects)
            .addArgument(() -> millis(report.waited()))
            .addArgument(() -> millis(report.planning()))
            .addArgument(() -> millis(report.committing()))
            .log();
        if (first) {
          NodePortConflicts.of(report.plan(), SocketTable.read()).forEach(LOG::warn);
          retireOtherModes(report.family());
        }
      }
      case io.pointsman.dataplane.CommitResult.Rejected ignored ->
          LOG.error("{}: nothing was changed", report.family());
      case io.pointsman.dataplane.CommitResult.Unknown(String reason) ->
          LOG.error("{}: not committed, trying again soon: {}", report.family(), reason);
    }
    report
        .leftOut()
        .forEach(name ->
            LOG.error(
                "{}: Service {} is left out as the kernel refuses its rules",
                report.family(),
                name));
    servers.accept(report);
    servers.holds(report.family(), inventory(report.family()));
    observer.accept(report);
    flows.accept(report);
    if (waitingForFirstCommit.isEmpty()) {
      onceProgrammed.run();
    }
  }

  /** Only now that our rules stand may those of another mode go: no packet meets a gap. */
  private void retireOtherModes(IpFamily family) {
    for (Backend other : Backends.all()) {
      if (!other.mode().equals(backend.mode())) {
        try {
          other.cleanUp(family);
        } catch (DataplaneException e) {
          LOG.info("Rules of mode {} are not looked for: {}", other.mode(), e.getMessage());
        }
      }
    }
  }

  private Inventory inventory(IpFamily family) {
    return Optional.ofNullable(dataplanes.get(family))
        .map(Dataplane::inventory)
        .orElse(Inventory.UNKNOWN);
  }

  private static String millis(Duration duration) {
    return String.format(Locale.ROOT, "%.2f", duration.toNanos() / 1e6);
  }
}
