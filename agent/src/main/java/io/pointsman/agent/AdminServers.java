package io.pointsman.agent;

import io.pointsman.agent.dump.Archive;
import io.pointsman.agent.health.HealthAnswers;
import io.pointsman.agent.health.HealthCheckServers;
import io.pointsman.agent.health.HealthState;
import io.pointsman.agent.http.HttpAnswer;
import io.pointsman.agent.http.HttpLoop;
import io.pointsman.agent.http.HttpRequest;
import io.pointsman.agent.http.ListenOn;
import io.pointsman.agent.http.PatientListener;
import io.pointsman.agent.http.Served;
import io.pointsman.agent.metrics.Probe;
import io.pointsman.agent.metrics.Recorder;
import io.pointsman.agent.status.Board;
import io.pointsman.dataplane.Backend;
import io.pointsman.dataplane.Inventory;
import io.pointsman.kubernetes.AccessReviews;
import io.pointsman.kubernetes.ApiExchange;
import io.pointsman.kubernetes.UnreadableObject;
import io.pointsman.net.IpFamily;
import io.pointsman.reconcile.SyncReport;
import io.pointsman.snapshot.ClusterEvent;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * Everything that the agent answers over HTTP, in the network namespace of the thread that opens
 * it: health for the kubelet and load balancers, and on another address, by default only from the
 * node itself, what operators ask.
 */
final class AdminServers implements AutoCloseable {
  /** As kube-proxy. */
  private static final Duration PAUSE_BEFORE_BINDING_AGAIN = Duration.ofSeconds(5);

  private final AgentOptions options;
  private final InstantSource clock;

  /** By which health is judged: a date that is corrected makes nothing late, or not late. */
  private final SteadyClock steady;

  private final NodeEvents events;
  private final HttpLoop healthLoop;
  private final HttpLoop operatorLoop;
  private final Protection protection;
  private final HealthCheckServers healthChecks;
  private final List<PatientListener> patient = new ArrayList<>();
  private final Recorder recorder;
  private final OperatorAnswers operators;
  private volatile HealthState health;
  private volatile Board board = Board.EMPTY;

  private AdminServers(
      AgentOptions options,
      Map<String, String> flags,
      Backend backend,
      Set<IpFamily> families,
      InstantSource clock,
      NodeEvents events,
      Protection protection,
      HttpLoop healthLoop,
      HttpLoop operatorLoop) {
    this.options = options;
    this.protection = protection;
    this.events = events;
    this.clock = clock;
    this.steady = SteadyClock.starting(clock);
    this.healthLoop = healthLoop;
    this.operatorLoop = operatorLoop;
    this.recorder = new Recorder(options.mode(), families, clock);
    AgentOptions.Servers servers = options.servers();
    this.health =
        HealthState.starting(
            families,
            servers.syncPeriod().multipliedBy(2),
            servers.nodeExpected(),
            steady.instant());
    this.healthChecks =
        new HealthCheckServers(
            healthLoop, () -> health.isHealthy(steady.instant()), events::failedToListen);
    this.operators =
        new OperatorAnswers(
            options,
            flags,
            clock,
            recorder,
            this::health,
            () -> board,
            new KernelTraffic(backend, clock),
            backend::packets,
            events::lost,
            protection.certificate());
  }

  /**
   * Starts to answer.
   *
   * @param flags of the command line, without dashes
   * @param backend tells what its kernel counts
   * @param events told of what cannot be bound
   * @param reviews asked for when tokens are to be reviewed
   * @throws UsageException naming the address that cannot be bound, when it must be, or what is
   *     missing for its protection
   */
  static AdminServers open(
      AgentOptions options,
      Map<String, String> flags,
      Backend backend,
      Set<IpFamily> families,
      InstantSource clock,
      NodeEvents events,
      Supplier<Optional<AccessReviews>> reviews) {
    Protection protection = Protection.of(options.servers().tls(), reviews);
    HttpLoop healthLoop = loop("health", clock);
    // Its own thread: a large answer to a scraper must not keep load balancers waiting.
    HttpLoop operatorLoop = loop("metrics", clock);
    AdminServers servers =
        new AdminServers(
            options, flags, backend, families, clock, events, protection, healthLoop, operatorLoop);
    try {
      options
          .servers()
          .health()
          .ifPresent(where ->
              servers.listen(
                  healthLoop,
                  where,
                  protection.health(request -> Optional.of(servers.answerHealth(request))),
                  "Health",
                  "--healthz-bind-address",
                  "FailedToStartProxierHealthcheck"));
      servers.listen(
          operatorLoop,
          options.servers().metrics(),
          protection.metrics(servers.operators.routes()),
          "Metrics",
          "--metrics-bind-address",
          "FailedToStartMetricServer");
      return servers;
    } catch (UsageException e) {
      servers.close();
      throw e;
    }
  }

  private static HttpLoop loop(String name, InstantSource clock) {
    try {
      return HttpLoop.start(name, clock, HttpLoop.Limits.DEFAULT);
    } catch (IOException e) {
      throw new UsageException(
          "no HTTP server can be started (" + e.getMessage() + "); raise the limit of open files");
    }
  }

  private void listen(
      HttpLoop loop,
      ListenOn where,
      Served served,
      String purpose,
      String flag,
      String eventReason) {
    if (!options.servers().mustBind()) {
      patient.add(PatientListener.open(loop, where, served, purpose, PAUSE_BEFORE_BINDING_AGAIN));
      return;
    }
    try {
      loop.listen(where, served);
    } catch (IOException e) {
      String problem = flag + " " + where + " cannot be bound (" + e.getMessage() + ")";
      events.cannotStart(eventReason, problem);
      throw new UsageException(
          problem
              + "; stop the other proxy, choose another address, or set bindAddressHardFail to"
              + " false to wait for it");
    }
  }

  /** Told of events before the reconciler is. */
  void queued(List<ClusterEvent> events) {
    change(state -> state.queued(events, steady.instant()));
    recorder.queued(events);
  }

  void sourceSynced() {
    change(state -> state.sourceSynced(steady.instant()));
  }

  /** What is told here, as parts of a dump; from any thread. */
  List<Archive.Part> parts() {
    return operators.parts();
  }

  /** Told whenever the source loses or regains sight of resources. */
  void unseen(Set<String> resources) {
    change(state -> state.unseen(resources));
  }

  /** Told whenever other objects of the source cannot be read: all of them at present. */
  void unreadable(Set<UnreadableObject> objects) {
    change(state -> state.unreadable(objects));
  }

  /** Told of each request to the API server. */
  void exchanged(ApiExchange exchange) {
    recorder.exchanged(exchange);
  }

  /** Told of each sync, on the thread that syncs. */
  void accept(SyncReport report) {
    change(state -> state.after(report, steady.instant()));
    recorder.accept(report);
    board = board.after(report, clock.instant());
    healthChecks.accept(report);
    events.accept(report);
  }

  /** Told after each sync what the kernel holds now. */
  void holds(IpFamily family, Inventory inventory) {
    recorder.holds(family, inventory);
  }

  /** Told of each wait for the xtables lock. */
  void lockWaited(IpFamily family, Duration wait) {
    recorder.lockWaited(family, wait);
  }

  /** Told what was done about stale flows, on another thread than that which syncs. */
  void accept(FlowReport report) {
    if (report.frontends() > 0) {
      recorder.flows(report.family(), report.duration(), report.deleted());
    }
  }

  private synchronized void change(UnaryOperator<HealthState> step) {
    health = step.apply(health);
  }

  /** With times as the clock of the day has them now. */
  private HealthState health() {
    return health.shifted(steady.behind(clock));
  }

  private HttpAnswer answerHealth(HttpRequest request) {
    return switch (request.path()) {
      case "/healthz" -> counted(Probe.HEALTHZ, HealthAnswers.healthz(health(), clock.instant()));
      case "/livez" -> counted(Probe.LIVEZ, HealthAnswers.livez(health(), clock.instant()));
      default -> HttpAnswer.notFound();
    };
  }

  private HttpAnswer counted(Probe probe, HttpAnswer answer) {
    recorder.answered(probe, answer.status());
    return answer;
  }

  @Override
  public void close() {
    patient.forEach(PatientListener::close);
    healthLoop.close();
    operatorLoop.close();
    operators.close();
    protection.close();
  }
}
