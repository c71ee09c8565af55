package io.pointsman.lab.scenario;

import io.pointsman.lab.Lab;
import io.pointsman.lab.packet.Destination;
import io.pointsman.lab.packet.Expectation;
import io.pointsman.lab.packet.Flow;
import io.pointsman.lab.packet.HttpAsk;
import io.pointsman.lab.packet.Outcome;
import io.pointsman.lab.packet.Probe;
import io.pointsman.lab.packet.Traffic;
import io.pointsman.lab.scenario.Scenario.NumberedStep;
import io.pointsman.net.Protocol;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;

/** One playing of one scenario: the state that its steps change and the notes taken on the way. */
final class Performance implements AutoCloseable {
  private static final Duration SILENCE = Duration.ofSeconds(1);
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Lab lab;
  private final Scenario scenario;
  private final ProxyMode mode;
  private final Proxies proxies;
  private final Optional<LastPlans> plans;
  private final Notes notes;
  private final Map<String, Flow> flows = new HashMap<>();
  private final Map<String, Traffic> traffic = new HashMap<>();
  private final Map<String, Map<String, String>> remembered = new HashMap<>();
  private ClusterObjects objects;

  /**
   * @param plans what the proxies last planned, to foretell outcomes; empty to foretell nothing
   */
  Performance(
      Lab lab,
      Proxies proxies,
      Optional<LastPlans> plans,
      Scenario scenario,
      ProxyMode mode,
      Answers answers) {
    this.lab = lab;
    this.proxies = proxies;
    this.plans = plans;
    this.scenario = scenario;
    this.mode = mode;
    this.notes = new Notes(scenario, mode, answers);
    this.objects = ClusterObjects.of(BaseObjects.of(lab.topology())).with(scenario.objects());
  }

  ScenarioReport play() {
    proxies.start(objects);
    for (NumberedStep step : scenario.steps()) {
      if (step.modes().contains(mode)) {
        play(step);
      }
    }
    readBack();
    return notes.report();
  }

  /** All that was published is in the kernel then, unless no proxy runs. */
  private void readBack() {
    proxies.settle();
    if (plans.isPresent() && proxies.standing().isPresent()) {
      ReadBack readBack = new ReadBack(lab, plans.get(), proxies.standing().get().backend());
      proxies.nodes().forEach(node -> notes.contradict("at the end", readBack.differences(node)));
    }
  }

  private void play(NumberedStep numbered) {
    switch (numbered.step()) {
      case Step.Connect step -> connect(numbered, step);
      case Step.Expect step -> expect(numbered, step);
      case Step.Affinity step -> affinity(numbered, step);
      case Step.Ask step -> ask(numbered, step);
      case Step.Background step -> background(numbered, step);
      case Step.Http step -> http(numbered, step);
      case Step.Await step -> await(numbered, step);
      case Step.Change step -> change(step);
      case Step.Proxy step -> proxies.control(step, objects);
      case Step.Pause step -> proxies.awaitProgrammed();
      case Step.Leftovers step ->
          notes.add(numbered, "rules left on " + step.node(), rules(step.node()).leftovers());
      case Step.Flush step -> {
        rules(step.node()).flush(step.what());
        proxies.disturb();
      }
      case Step.Run step ->
          lab.namespace(step.on())
              .execWithInput(step.input(), step.command().toArray(String[]::new))
              .orThrow();
      case Step.Address step ->
          lab.namespace(step.node())
              .exec(
                  "ip",
                  "address",
                  step.adding() ? "add" : "del",
                  step.address(),
                  "dev",
                  step.device())
              .orThrow();
    }
  }

  private NodeRules rules(String node) {
    return new NodeRules(lab.namespace(node));
  }

  private void connect(NumberedStep place, Step.Connect step) {
    List<Probe> probes =
        step.from().stream()
            .flatMap(from ->
                step.to().stream().map(to -> new Probe(from, to, step.source(), step.tries())))
            .toList();
    look(place, probes, probe -> notes.expected(place, probe.toString()));
  }

  private void expect(NumberedStep place, Step.Expect step) {
    Map<Probe, Set<String>> expected = new LinkedHashMap<>();
    for (Step.Expect.Line line : step.lines()) {
      for (Destination to : line.to().resolve(lab.topology(), objects)) {
        for (String from : line.from()) {
          expected.put(
              new Probe(from, to, line.source(), step.tries()),
              line.expected().in(mode, to.address().family()));
        }
      }
    }
    look(place, List.copyOf(expected.keySet()), probe -> Optional.ofNullable(expected.get(probe)));
  }

  private void look(
      NumberedStep place, List<Probe> probes, Function<Probe, Optional<Set<String>>> expected) {
    lab.prober()
        .lookAll(
            probes,
            probe -> expected.apply(probe).map(Expectation::of).orElseGet(Expectation::none))
        .forEach(sighting -> {
          notes.add(
              place,
              sighting.probe().toString(),
              sighting.outcomes(),
              expected.apply(sighting.probe()));
          foresight()
              .ifPresent(tracers ->
                  notes.contradict(
                      "%02d".formatted(place.number()), tracers.contradictions(sighting)));
        });
  }

  /** Where nothing but the proxy's own rules decides, and those are known. */
  private Optional<Foresight> foresight() {
    return scenario.untraced().isPresent()
        ? Optional.empty()
        : plans.flatMap(
            known -> proxies.standing().map(as -> new Foresight(lab, known, as.backend())));
  }

  private void affinity(NumberedStep place, Step.Affinity step) {
    AffinityTrial trial = new AffinityTrial(lab, step);
    Set<String> lines = trial.run(step.compare().map(remembered::get));
    step.remember().ifPresent(name -> remembered.put(name, trial.reached()));
    String sources = step.sources() > 1 ? " x" + step.sources() + " sources" : "";
    notes.add(place, "affinity " + step.from() + " -> " + step.to().place() + sources, lines);
  }

  private void ask(NumberedStep place, Step.Ask step) {
    String name = step.protocol().lowerCase() + " flow " + step.name();
    boolean fresh = step.opening().isPresent();
    step.opening()
        .ifPresent(path -> {
          Flow before =
              flows.put(name, lab.prober().flow(path.from(), path.to(), Optional.empty()));
          if (before != null) {
            before.close();
          }
        });
    Flow flow = flows.get(name);
    if (flow == null) {
      throw new ScenarioException(scenario.name() + ": '" + name + "' was never opened");
    }
    Outcome outcome = flow.ask(patience(notes.expected(place, name)));
    boolean alive =
        !fresh && outcome instanceof Outcome.Answered && step.protocol() == Protocol.TCP;
    notes.add(place, name, Set.of((alive ? "alive " : "") + outcome));
  }

  private static Duration patience(Optional<Set<String>> expected) {
    return expected.filter(outcomes -> !outcomes.contains("timeout")).isPresent()
        ? PATIENCE
        : SILENCE;
  }

  private void background(NumberedStep place, Step.Background step) {
    if (step.opening().isPresent()) {
      Step.Path path = step.opening().orElseThrow();
      traffic.put(step.name(), lab.prober().traffic(path.from(), path.to()));
      return;
    }
    Traffic begun = traffic.remove(step.name());
    if (begun == null) {
      throw new ScenarioException(
          scenario.name() + ": traffic '" + step.name() + "' was never begun");
    }
    notes.add(place, "background traffic " + step.name(), Set.of(begun.end().toString()));
  }

  private void http(NumberedStep place, Step.Http step) {
    for (String from : step.from()) {
      for (URI url : step.urls()) {
        HttpAsk.Result result = HttpAsk.send(lab.namespace(from), step.method(), url);
        notes.add(place, from + " http " + url, HttpLines.of(result, step.show()));
      }
    }
  }

  private void await(NumberedStep place, Step.Await step) {
    Probe probe = new Probe(step.from(), step.to(), Optional.empty(), 1);
    long deadline = System.nanoTime() + step.most().toNanos();
    boolean found = isAsAwaited(probe, step.until());
    while (!found && System.nanoTime() - deadline < 0) {
      LockSupport.parkNanos(50_000_000);
      found = isAsAwaited(probe, step.until());
    }
    String line = (found ? "within " : "not within ") + step.most().toSeconds() + " s";
    notes.add(
        place,
        "wait " + step.from() + " -> " + step.to().place() + " " + step.until(),
        Set.of(line));
  }

  private boolean isAsAwaited(Probe probe, String until) {
    Outcome outcome = lab.prober().once(probe, SILENCE);
    return until.equals("reached")
        ? outcome instanceof Outcome.Answered
        : outcome.toString().equals(until);
  }

  private void change(Step.Change step) {
    objects = ObjectChanges.apply(objects, step, remembered);
    proxies.publish(objects, step.sync());
  }

  @Override
  public void close() {
    traffic.values().forEach(Traffic::close);
    flows.values().forEach(Flow::close);
    proxies.close();
  }
}
