package io.pointsman.agent;

import io.pointsman.agent.config.ConfigurationText;
import io.pointsman.agent.config.GoDuration;
import io.pointsman.agent.dump.Archive;
import io.pointsman.agent.dump.Content;
import io.pointsman.agent.health.HealthAnswers;
import io.pointsman.agent.health.HealthState;
import io.pointsman.agent.http.HttpAnswer;
import io.pointsman.agent.http.HttpRequest;
import io.pointsman.agent.http.ListenOn;
import io.pointsman.agent.http.Routes;
import io.pointsman.agent.metrics.Build;
import io.pointsman.agent.metrics.Exposition;
import io.pointsman.agent.metrics.Present;
import io.pointsman.agent.metrics.Probe;
import io.pointsman.agent.metrics.Recorder;
import io.pointsman.agent.status.Board;
import io.pointsman.agent.status.StatusPage;
import io.pointsman.agent.status.Statusz;
import io.pointsman.agent.status.SyncLine;
import io.pointsman.agent.status.View;
import io.pointsman.agent.tls.ServingCertificate;
import io.pointsman.dataplane.DataplaneException;
import io.pointsman.dataplane.PacketCounter;
import io.pointsman.plan.LocalDetector;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What operators can ask, by path. Used by one thread, that of their loop, but for {@link #parts}.
 */
final class OperatorAnswers implements AutoCloseable {
  private static final int MOST_PORTS = 10_000;
  private static final int USUAL_PORTS = 200;

  private static final String NO_PPROF =
      """
      This proxy runs on Java, which has no pprof. Use on the node instead:
        jcmd PID Thread.print             what each thread does
        jcmd PID GC.class_histogram       what fills the heap
        jcmd PID JFR.start duration=60s filename=/tmp/proxy.jfr
                                          a profile of processor, heap and locks
      """;

  private final AgentOptions options;
  private final Map<String, String> flags;
  private final InstantSource clock;
  private final Instant started;
  private final Recorder recorder;
  private final Supplier<HealthState> health;
  private final Supplier<Board> board;
  private final KernelTraffic traffic;
  private final Supplier<Map<PacketCounter, Long>> packets;
  private final LongSupplier eventsLost;
  private final Optional<ServingCertificate> certificate;

  /** Made by the first scrape. */
  private Optional<Exposition> exposition = Optional.empty();

  /**
   * @param flags of the command line, without dashes
   * @param clock the present is the start of the proxy
   * @param packets what the kernel counts, asked at each scrape
   */
  OperatorAnswers(
      AgentOptions options,
      Map<String, String> flags,
      InstantSource clock,
      Recorder recorder,
      Supplier<HealthState> health,
      Supplier<Board> board,
      KernelTraffic traffic,
      Supplier<Map<PacketCounter, Long>> packets,
      LongSupplier eventsLost,
      Optional<ServingCertificate> certificate) {
    this.options = options;
    this.flags = new TreeMap<>(flags);
    this.clock = clock;
    this.started = clock.instant();
    this.recorder = recorder;
    this.health = health;
    this.board = board;
    this.traffic = traffic;
    this.packets = packets;
    this.eventsLost = eventsLost;
    this.certificate = certificate;
  }

  Routes routes() {
    Map<String, Function<HttpRequest, HttpAnswer>> pages = new TreeMap<>();
    pages.put("/", this::status);
    pages.put("/configz", request -> HttpAnswer.json(200, configz()));
    pages.put("/flagz", request -> HttpAnswer.text(200, Statusz.flagz(flags)));
    pages.put("/healthz", request -> counted(Probe.PING, HttpAnswer.text(200, "ok")));
    pages.put("/metrics", request -> metrics(scrape()));
    pages.put("/metrics/slis", request -> metrics(slis()));
    pages.put("/metrics/traffic", this::trafficMetrics);
    pages.put("/proxyMode", request -> HttpAnswer.text(200, options.mode()));
    pages.put("/readyz", request -> readyz());
    pages.put("/status", this::status);
    Routes told = new Routes(pages);
    return told.and(Map.of("/statusz", request -> HttpAnswer.text(200, statusz(told))))
        .and(
            Stream.of("", "/", "/heap", "/goroutine", "/profile", "/trace")
                .collect(
                    Collectors.toMap(
                        path -> "/debug/pprof" + path,
                        path -> request -> HttpAnswer.text(404, NO_PPROF))));
  }

  /** What is told here, as parts of a dump; from any thread. */
  List<Archive.Part> parts() {
    return List.of(
        new Archive.Part("configz.json", () -> Content.text(configz())),
        new Archive.Part("metrics.txt", () -> Content.text(scrape())),
        new Archive.Part("readyz.txt", () -> Content.text(readiness().body())),
        new Archive.Part("syncs.txt", () -> Content.text(syncs())));
  }

  private String syncs() {
    return board.get().syncs().stream().map(SyncLine::print).collect(Collectors.joining());
  }

  private String configz() {
    return "{\"kubeproxy.config.k8s.io\":" + ConfigurationText.json(options.configuration()) + "}";
  }

  private HttpAnswer counted(Probe probe, HttpAnswer answer) {
    recorder.answered(probe, answer.status());
    return answer;
  }

  private HttpAnswer readyz() {
    return counted(Probe.READYZ, readiness());
  }

  private HttpAnswer readiness() {
    return HealthAnswers.readyz(health.get(), clock.instant());
  }

  private static HttpAnswer metrics(String text) {
    return HttpAnswer.of(200, Exposition.CONTENT_TYPE, text);
  }

  private synchronized String scrape() {
    Exposition made =
        exposition.orElseGet(() ->
            new Exposition(
                recorder::readings,
                () ->
                    new Present(
                        health.get().unapplied(clock.instant()),
                        health.get().unseen().size(),
                        health.get().unreadable().size(),
                        packets.get(),
                        eventsLost.getAsLong(),
                        certificate.map(shown ->
                            new Present.Certificate(shown.notAfter(), shown.problem().isEmpty()))),
                options.configuration().effectiveGates()));
    exposition = Optional.of(made);
    return made.scrape();
  }

  private String slis() {
    HealthState state = health.get();
    Instant now = clock.instant();
    return Exposition.health(
        recorder.readings(),
        Map.of(
            Probe.HEALTHZ,
            state.isHealthy(now) && state.isNodeEligible(),
            Probe.LIVEZ,
            state.isHealthy(now),
            Probe.READYZ,
            state.isReady(now),
            Probe.PING,
            true));
  }

  private HttpAnswer trafficMetrics(HttpRequest request) {
    int limit =
        request
            .parameter("limit")
            .filter(text -> text.matches("[0-9]{1,6}"))
            .map(Integer::parseInt)
            .map(number -> Math.min(number, MOST_PORTS))
            .orElse(USUAL_PORTS);
    try {
      return traffic
          .read(board.get().plans())
          .map(counts -> metrics(Exposition.traffic(counts, limit)))
          .orElseGet(() ->
              HttpAnswer.text(
                  404,
                  "mode "
                      + options.mode()
                      + " does not count connections by Service; nftables does\n"));
    } catch (DataplaneException e) {
      return HttpAnswer.text(503, e.getMessage() + "\n");
    }
  }

  private HttpAnswer status(HttpRequest request) {
    if (request.parameter("count").isPresent()) {
      try {
        traffic.read(board.get().plans());
      } catch (DataplaneException e) {
        return HttpAnswer.text(503, e.getMessage() + "\n");
      }
    }
    return StatusPage.answer(
        new View(
            Build.current(),
            options.nodeName(),
            options.mode(),
            started,
            clock.instant(),
            health.get(),
            board.get(),
            recorder.readings().inventories(),
            traffic.isPossible(),
            traffic.last(),
            settings(),
            View.Wish.of(request.parameter("q"), request.parameter("page"))));
  }

  private Map<String, String> settings() {
    AgentOptions.Servers servers = options.servers();
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("Pods are recognised by", detection());
    settings.put("Ranges of pod addresses", joined(options.clusterCidrs()));
    settings.put(
        "Node ports answer on",
        switch (options.nodePortCidrs()) {
          case AgentOptions.NodePortCidrs.Primary() -> "the node's primary addresses";
          case AgentOptions.NodePortCidrs.Ranges(var ranges) ->
              ranges.isEmpty() ? "all addresses of the node" : joined(ranges);
        });
    settings.put("Masquerade all", Boolean.toString(options.masqueradeAll()));
    settings.put("Bit of the packet mark", Integer.toString(options.masqueradeBit()));
    settings.put(
        "Minimum between syncs", GoDuration.format(options.syncPolicy().minimumInterval()));
    settings.put("Health is told on", servers.health().map(ListenOn::toString).orElse("nowhere"));
    settings.put("Metrics are told on", servers.metrics().toString());
    servers
        .tls()
        .ifPresent(tls ->
            settings.put("HTTPS is spoken on", tls.health() ? "both ports" : "that of metrics"));
    servers
        .tls()
        .filter(AgentOptions.Servers.Tls::tokens)
        .ifPresent(tls -> settings.put("Tokens are asked for on", "that of metrics"));
    certificate
        .flatMap(ServingCertificate::problem)
        .ifPresent(problem -> settings.put("Certificate", "the one before, as " + problem));
    return settings;
  }

  private String detection() {
    return switch (options.detection()) {
      case AgentOptions.Detection.ByClusterCidr() -> "the ranges of pod addresses";
      case AgentOptions.Detection.ByNodeCidr() -> "the node's ranges of pod addresses";
      case AgentOptions.Detection.ByInterface(LocalDetector.Bridge(String name)) ->
          "the interface " + name;
      case AgentOptions.Detection.ByInterface(LocalDetector.InterfacePrefix(String prefix)) ->
          "interfaces " + prefix + "*";
      case AgentOptions.Detection.ByInterface other -> other.detector().toString();
    };
  }

  private static String joined(Collection<?> values) {
    return values.stream().map(Object::toString).collect(Collectors.joining(", "));
  }

  private String statusz(Routes others) {
    Set<String> paths = new TreeSet<>(others.paths());
    paths.add("/statusz");
    return Statusz.statusz(Build.current(), started, clock.instant(), paths);
  }

  @Override
  public synchronized void close() {
    exposition.ifPresent(Exposition::close);
  }
}
