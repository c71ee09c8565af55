package io.pointsman.agent;

import io.pointsman.agent.health.HealthAnswers;
import io.pointsman.agent.health.HealthCheckServers;
import io.pointsman.agent.health.HealthState;
import io.pointsman.agent.http.HttpAnswer;
import io.pointsman.agent.http.HttpHandler;
import io.pointsman.agent.http.HttpLoop;
import io.pointsman.agent.http.HttpRequest;
import io.pointsman.agent.http.ListenOn;
import io.pointsman.agent.http.PatientListener;
import io.pointsman.agent.metrics.Exposition;
import io.pointsman.agent.metrics.Recorder;
import io.pointsman.net.IpFamily;
import io.pointsman.reconcile.SyncReport;
import io.pointsman.snapshot.ClusterEvent;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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
  private final HttpLoop healthLoop;
  private final HttpLoop operatorLoop;
  private final HealthCheckServers healthChecks;
  private final List<PatientListener> patient = new ArrayList<>();
  private final Recorder recorder;
  private volatile HealthState health;

  /** Made by the first scrape, on the thread of the operator's loop. */
  private Optional<Exposition> exposition = Optional.empty();

  private AdminServers(
      AgentOptions options,
      Set<IpFamily> families,
      InstantSource clock,
      HttpLoop healthLoop,
      HttpLoop operatorLoop) {
    this.options = options;
    this.clock = clock;
    this.healthLoop = healthLoop;
    this.operatorLoop = operatorLoop;
    this.recorder = new Recorder(options.mode(), families, clock);
    AgentOptions.Servers servers = options.servers();
    this.health =
        HealthState.starting(
            families,
            servers.syncPeriod().multipliedBy(2),
            servers.nodeExpected(),
            clock.instant());
    this.healthChecks = new HealthCheckServers(healthLoop, () -> health.isHealthy(clock.instant()));
  }

  /**
   * Starts to answer.
   *
   * @throws UsageException naming the address that cannot be bound, when it must be
   */
  static AdminServers open(AgentOptions options, Set<IpFamily> families, InstantSource clock) {
    HttpLoop healthLoop = loop("health", clock);
    // Its own thread: a large answer to a scraper must not keep load balancers waiting.
    HttpLoop operatorLoop = loop("metrics", clock);
    AdminServers servers = new AdminServers(options, families, clock, healthLoop, operatorLoop);
    try {
      servers.listen(
          healthLoop,
          options.servers().health(),
          request -> Optional.of(servers.answerHealth(request)),
          "Health",
          "--healthz-bind-address");
      servers.listen(
          operatorLoop,
          options.servers().metrics(),
          request -> Optional.of(servers.answerOperator(request)),
          "Metrics",
          "--metrics-bind-address");
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
      HttpLoop loop, ListenOn where, HttpHandler handler, String purpose, String flag) {
    if (!options.servers().mustBind()) {
      patient.add(PatientListener.open(loop, where, handler, purpose, PAUSE_BEFORE_BINDING_AGAIN));
      return;
    }
    try {
      loop.listen(where, handler);
    } catch (IOException e) {
      throw new UsageException(
          flag
              + " "
              + where
              + " cannot be bound ("
              + e.getMessage()
              + "); stop the other proxy, choose another address, or set bindAddressHardFail to"
              + " false to wait for it");
    }
  }

  /** Told of events before the reconciler is. */
  void queued(List<ClusterEvent> events) {
    change(state -> state.queued(events, clock.instant()));
    recorder.queued(events);
  }

  void sourceSynced() {
    change(state -> state.sourceSynced(clock.instant()));
  }

  /** Told of each sync, on the thread that syncs. */
  void accept(SyncReport report) {
    change(state -> state.after(report, clock.instant()));
    recorder.accept(report);
    healthChecks.accept(report);
  }

  private synchronized void change(UnaryOperator<HealthState> step) {
    health = step.apply(health);
  }

  private HttpAnswer answerHealth(HttpRequest request) {
    return switch (request.path()) {
      case "/healthz" -> healthz();
      case "/livez" -> livez();
      default -> HttpAnswer.notFound();
    };
  }

  private HttpAnswer healthz() {
    HttpAnswer answer = HealthAnswers.healthz(health, clock.instant());
    recorder.healthz(answer.status());
    return answer;
  }

  private HttpAnswer livez() {
    HttpAnswer answer = HealthAnswers.livez(health, clock.instant());
    recorder.livez(answer.status());
    return answer;
  }

  private HttpAnswer answerOperator(HttpRequest request) {
    return switch (request.path()) {
      case "/healthz" -> HttpAnswer.text(200, "ok");
      case "/readyz" -> HealthAnswers.readyz(health, clock.instant());
      case "/proxyMode" -> HttpAnswer.text(200, options.mode());
      case "/configz" -> Configz.answer(options);
      case "/metrics" -> HttpAnswer.of(200, Exposition.CONTENT_TYPE, scrape());
      default -> HttpAnswer.notFound();
    };
  }

  private String scrape() {
    Exposition made = exposition.orElseGet(() -> new Exposition(recorder::readings));
    exposition = Optional.of(made);
    return made.scrape();
  }

  @Override
  public void close() {
    patient.forEach(PatientListener::close);
    healthLoop.close();
    operatorLoop.close();
    exposition.ifPresent(Exposition::close);
  }
}
