package io.pointsman.agent;

import io.pointsman.agent.compare.Comparer;
import io.pointsman.agent.explain.Explanations;
import io.pointsman.agent.explain.Question;
import io.pointsman.agent.listing.ServiceLister;
import io.pointsman.agent.listing.ServicesQuestion;
import io.pointsman.agent.local.AgentConnection;
import io.pointsman.agent.local.AgentSocket;
import io.pointsman.dataplane.Backend;
import io.pointsman.net.IpFamily;
import io.pointsman.plan.FamilyPlan;
import io.pointsman.reconcile.SyncReport;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * What the running agent answers on its socket, on threads of their own: by the plans of the last
 * syncs, which never change, and by the kernel.
 */
final class Questions {
  static final String EXPLAIN = "explain";
  static final String SERVICES = "services";
  static final String DIFF = "diff";
  static final String DUMP = "dump";

  /** A question without arguments. */
  record Nothing() {}

  private final Backend backend;
  private final Function<IpFamily, Optional<SyncReport>> syncs;

  /**
   * @param syncs the last ones; empty for a family that is not served, or not programmed yet
   */
  Questions(Backend backend, Function<IpFamily, Optional<SyncReport>> syncs) {
    this.backend = backend;
    this.syncs = syncs;
  }

  private Optional<FamilyPlan> plan(IpFamily family) {
    return syncs.apply(family).map(SyncReport::plan);
  }

  /** By the names of the questions. */
  Map<String, AgentSocket.Answerer> answerers() {
    Explanations explanations = new Explanations(backend, this::plan, HostAddresses::host);
    Comparer comparer = new Comparer(backend, this::plan);
    return Map.of(
        EXPLAIN,
        AgentConnection.answerer(Question.class, explanations::answer),
        SERVICES,
        AgentConnection.answerer(ServicesQuestion.class, this::services),
        DIFF,
        AgentConnection.answerer(Nothing.class, nothing -> comparer.compare()));
  }

  private Object services(ServicesQuestion question) {
    return ServiceLister.of(
            backend.mode(),
            Arrays.stream(IpFamily.values())
                .flatMap(family -> syncs.apply(family).stream())
                .toList())
        .list(question);
  }
}
