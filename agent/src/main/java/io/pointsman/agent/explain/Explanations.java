package io.pointsman.agent.explain;

import io.pointsman.dataplane.Backend;
import io.pointsman.dataplane.Dataplane;
import io.pointsman.dataplane.DataplaneException;
import io.pointsman.model.TrafficPolicy;
import io.pointsman.net.Cidr;
import io.pointsman.net.IpFamily;
import io.pointsman.plan.FamilyPlan;
import io.pointsman.plan.LocalDetector;
import io.pointsman.trace.Disposition;
import io.pointsman.trace.Explainer;
import io.pointsman.trace.Explanation;
import io.pointsman.trace.Host;
import io.pointsman.trace.Packet;
import io.pointsman.trace.Trace;
import io.pointsman.trace.Tracer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** Answers questions by plans and rules. */
public final class Explanations {
  /** Shares printed with ten decimals, as iptables does, are not exact. */
  private static final double CLOSE = 1e-6;

  private final Backend backend;
  private final Function<IpFamily, Optional<FamilyPlan>> plans;
  private final Supplier<Host> host;

  /**
   * @param plans the plan of each family that is served; empty for rules alone
   * @param host the node's addresses now
   */
  public Explanations(
      Backend backend, Function<IpFamily, Optional<FamilyPlan>> plans, Supplier<Host> host) {
    this.backend = backend;
    this.plans = plans;
    this.host = host;
  }

  /**
   * Answers one question.
   *
   * @throws IllegalArgumentException when the question cannot be read, or not be answered as asked;
   *     the message says why
   * @throws DataplaneException when the kernel is to be read and cannot be
   */
  public Answer answer(Question question) throws DataplaneException {
    Host node = host.get();
    Packet packet = question.packet(node);
    Optional<FamilyPlan> plan = plans.apply(packet.family());
    if (plan.isEmpty() && !question.kernel()) {
      throw new IllegalArgumentException(
          "no plan for " + packet.family() + ": the family is not served, or not programmed yet");
    }
    Trace byRules =
        question.kernel()
            ? byKernel(packet, node)
            : backend.tracer(plan.orElseThrow()).trace(packet, node);
    Optional<Explanation> explanation =
        plan.map(known -> new Explainer(known, backend.traits()).explain(packet, node));
    return new Answer(
        packet.toString(),
        backend.mode(),
        question.kernel() ? "kernel" : "planned",
        explanation.flatMap(Explanation::service).map(Explanations::ofService),
        explanation.map(e -> reasons(e.trace())).orElse(List.of()),
        outcomes(byRules),
        plan.map(known -> warnings(known, explanation.orElseThrow(), byRules)).orElse(List.of()));
  }

  private Trace byKernel(Packet packet, Host node) throws DataplaneException {
    try (Dataplane dataplane = backend.open(packet.family())) {
      Tracer tracer = dataplane.tracer();
      return tracer.trace(packet, node);
    }
  }

  private static Answer.OfService ofService(Explanation.OfService service) {
    return new Answer.OfService(
        service.name().display(),
        service.frontend().kind() + " " + service.frontend().destination(),
        service.policy() == TrafficPolicy.LOCAL ? "Local" : "Cluster",
        service.affinitySeconds(),
        service.sourceRanges().stream().map(Object::toString).toList(),
        service.endpoints().stream()
            .map(judged ->
                new Answer.Endpoint(
                    judged.candidate().target().toString(),
                    judged.candidate().endpoint().nodeName(),
                    judged.verdict().isIn(),
                    judged.verdict().toString()))
            .toList());
  }

  private static List<String> reasons(Trace trace) {
    return trace.outcomes().stream()
        .flatMap(outcome -> outcome.path().stream())
        .map(step -> step.rule())
        .distinct()
        .toList();
  }

  private static List<Answer.Outcome> outcomes(Trace trace) {
    return trace.outcomes().stream()
        .map(outcome ->
            new Answer.Outcome(
                outcome.share(),
                outcome.disposition().toString(),
                outcome.path().stream().map(Object::toString).toList()))
        .toList();
  }

  private static List<String> warnings(FamilyPlan plan, Explanation explanation, Trace byRules) {
    List<String> warnings = new ArrayList<>();
    boolean byInterface =
        switch (plan.context().localDetector()) {
          case LocalDetector.Bridge(String name) -> true;
          case LocalDetector.InterfacePrefix(String prefix) -> true;
          case LocalDetector.SourceRange(Cidr range) -> false;
          case LocalDetector.None() -> false;
        };
    if (byInterface && byRules.packet().origin().equals(new Packet.Origin.Arriving(""))) {
      warnings.add(
          "this node tells pods by the interface that a packet comes in by: say --interface NAME, or"
              + " the sender is taken for none");
    }
    explanation.service().stream()
        .flatMap(service -> service.diagnostics().stream())
        .forEach(diagnostic -> warnings.add(diagnostic.toString()));
    Map<Disposition, Double> promised = explanation.trace().fate();
    Map<Disposition, Double> done = byRules.fate();
    boolean same =
        promised.keySet().equals(done.keySet())
            && promised.entrySet().stream()
                .allMatch(e -> Math.abs(e.getValue() - share(done, e.getKey())) < CLOSE);
    if (!same) {
      warnings.add(
          "the rules do not do what the plan says, which is "
              + promised
              + ": somebody changed them, or a change is not committed yet");
    }
    return warnings;
  }

  private static double share(Map<Disposition, Double> fate, Disposition disposition) {
    return fate.getOrDefault(disposition, 0.0);
  }
}
