package io.pointsman.agent.listing;

import io.pointsman.dataplane.CommitResult;
import io.pointsman.model.ObjectName;
import io.pointsman.model.Service;
import io.pointsman.model.TrafficPolicy;
import io.pointsman.net.IpAddress;
import io.pointsman.net.IpFamily;
import io.pointsman.plan.Destination;
import io.pointsman.plan.Diagnostic;
import io.pointsman.plan.FamilyPlan;
import io.pointsman.plan.Frontend;
import io.pointsman.plan.PortPlan;
import io.pointsman.plan.Route;
import io.pointsman.plan.ServicePlan;
import io.pointsman.reconcile.SyncReport;
import io.pointsman.snapshot.ServiceState;
import io.pointsman.trace.EndpointJudge;
import io.pointsman.trace.Explanation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Lists by the plans of one node. Pure. */
public final class ServiceLister {
  private static final Comparator<ServiceList.Port> ORDER =
      Comparator.comparing(ServiceList.Port::namespace)
          .thenComparing(ServiceList.Port::name)
          .thenComparing(ServiceList.Port::port)
          .thenComparing(ServiceList.Port::protocol)
          .thenComparing(ServiceList.Port::family);

  private final String mode;
  private final List<FamilyPlan> plans;
  private final Map<IpFamily, List<CommitResult.Refusal>> refusals;

  private ServiceLister(
      String mode, List<FamilyPlan> plans, Map<IpFamily, List<CommitResult.Refusal>> refusals) {
    this.mode = mode;
    this.plans = List.copyOf(plans);
    this.refusals = Map.copyOf(refusals);
  }

  /**
   * Lists what was not shown to a kernel.
   *
   * @param mode name of the backend
   * @param plans one for each family that is served
   */
  public ServiceLister(String mode, List<FamilyPlan> plans) {
    this(mode, plans, Map.of());
  }

  /**
   * Lists what the kernel was asked to hold, and knows what it refused.
   *
   * @param mode name of the backend
   * @param syncs the last one of each family that is served
   */
  public static ServiceLister of(String mode, List<SyncReport> syncs) {
    return new ServiceLister(
        mode,
        syncs.stream().map(SyncReport::plan).toList(),
        syncs.stream().collect(Collectors.toMap(SyncReport::family, SyncReport::refusals)));
  }

  /**
   * The list that is asked for.
   *
   * @throws IllegalArgumentException when the question cannot be read, or nothing is programmed yet
   */
  public ServiceList list(ServicesQuestion question) {
    if (plans.isEmpty()) {
      throw new IllegalArgumentException(
          "nothing is programmed yet: the source of Services has not been read; ask again soon, or"
              + " see the agent's log");
    }
    Optional<IpAddress> address = question.wantedAddress();
    List<ServiceList.Port> ports = new ArrayList<>();
    for (FamilyPlan plan : plans) {
      named(question, plan)
          .forEach(service ->
              service
                  .ports()
                  .forEach(port -> {
                    if (address.isEmpty() || has(plan, port, address.get())) {
                      ports.add(entry(plan, service, port));
                    }
                  }));
    }
    ports.sort(ORDER);
    return new ServiceList(mode, ports, address.isEmpty() ? leftOut(question) : List.of());
  }

  /** All entries of one family, sorted by Service, each made when it is its turn. */
  public static Stream<ServiceList.Port> entries(FamilyPlan plan) {
    return plan.services().stream()
        .sorted(Map.Entry.comparingByKey())
        .map(Map.Entry::getValue)
        .flatMap(service -> service.ports().stream().map(port -> entry(plan, service, port)));
  }

  private static List<ServicePlan> named(ServicesQuestion question, FamilyPlan plan) {
    return plan.services().stream()
        .map(Map.Entry::getValue)
        .filter(service -> question.isAbout(service.service()))
        .toList();
  }

  private static boolean has(FamilyPlan plan, PortPlan port, IpAddress address) {
    return port.frontends().stream()
            .map(Frontend::destination)
            .anyMatch(to -> to instanceof Destination.Virtual v && v.address().equals(address))
        || new EndpointJudge(plan)
            .judge(port.name(), TrafficPolicy.CLUSTER).stream()
                .anyMatch(judged -> judged.candidate().target().address().equals(address));
  }

  private static ServiceList.Port entry(FamilyPlan plan, ServicePlan service, PortPlan port) {
    Optional<Service> object = plan.inputs().get(service.service()).flatMap(ServiceState::service);
    TrafficPolicy internal =
        object.map(Service::internalTrafficPolicy).orElse(TrafficPolicy.CLUSTER);
    boolean isExternal =
        port.frontends().stream().anyMatch(f -> f.kind() != Frontend.Kind.CLUSTER_IP);
    TrafficPolicy external =
        isExternal
            ? object.map(Service::externalTrafficPolicy).orElse(TrafficPolicy.CLUSTER)
            : internal;
    return new ServiceList.Port(
        service.service().namespace(),
        service.service().name(),
        port.name().port(),
        port.name().protocol().lowerCase(),
        plan.context().family().toString(),
        port.frontends().stream().map(ServiceLister::frontend).toList(),
        new ServiceList.Way(word(internal), fate(port.internal())),
        new ServiceList.Way(word(external), fate(isExternal ? port.external() : port.internal())),
        port.affinitySeconds(),
        port.sourceRanges().stream().map(Object::toString).toList(),
        endpoints(plan, port, internal, external),
        service.diagnostics().stream().map(Diagnostic::toString).toList());
  }

  private static ServiceList.Frontend frontend(Frontend frontend) {
    String text = frontend.destination().toString();
    String place = text.substring(0, text.indexOf('/'));
    return new ServiceList.Frontend(
        frontend.kind().toString(),
        frontend.destination() instanceof Destination.NodePort ? "*:" + place : place);
  }

  private static String word(TrafficPolicy policy) {
    return policy == TrafficPolicy.LOCAL ? "Local" : "Cluster";
  }

  private static String fate(Route route) {
    return switch (route) {
      case Route.Reject() -> "rejected";
      case Route.Drop() -> "dropped";
      case Route.Internal internal -> "served";
      case Route.External external -> "served";
      case Route.ExternalLocal(var cluster, var local) -> local.isEmpty() ? "dropped" : "served";
    };
  }

  private static List<ServiceList.Endpoint> endpoints(
      FamilyPlan plan, PortPlan port, TrafficPolicy internal, TrafficPolicy external) {
    EndpointJudge judge = new EndpointJudge(plan);
    List<Explanation.Judged> inside = judge.judge(port.name(), internal);
    List<Explanation.Judged> outside =
        external == internal ? inside : judge.judge(port.name(), external);
    List<ServiceList.Endpoint> endpoints = new ArrayList<>(inside.size());
    for (int i = 0; i < inside.size(); i++) {
      endpoints.add(endpoint(inside.get(i), outside.get(i), internal, external));
    }
    return endpoints;
  }

  private static ServiceList.Endpoint endpoint(
      Explanation.Judged inside,
      Explanation.Judged outside,
      TrafficPolicy internal,
      TrafficPolicy external) {
    String reason =
        inside.verdict() == outside.verdict()
            ? inside.verdict().toString()
            : word(internal)
                + ": "
                + inside.verdict()
                + "; "
                + word(external)
                + ": "
                + outside.verdict();
    return new ServiceList.Endpoint(
        inside.candidate().target().toString(),
        inside.candidate().endpoint().nodeName(),
        inside.verdict().isIn() || outside.verdict().isIn(),
        reason);
  }

  /** All Services for which nothing is programmed, though something should be. */
  public List<ServiceList.LeftOut> leftOut() {
    return leftOut(ServicesQuestion.ALL);
  }

  private List<ServiceList.LeftOut> leftOut(ServicesQuestion question) {
    Set<ServiceList.LeftOut> found = new LinkedHashSet<>();
    for (FamilyPlan plan : plans) {
      plan.wishes()
          .forEach(entry -> {
            if (question.isAbout(entry.getKey())) {
              found.addAll(leftOut(plan, entry.getKey()));
            }
          });
    }
    return found.stream()
        .sorted(
            Comparator.comparing(ServiceList.LeftOut::namespace)
                .thenComparing(ServiceList.LeftOut::name)
                .thenComparing(ServiceList.LeftOut::reason))
        .toList();
  }

  private List<ServiceList.LeftOut> leftOut(FamilyPlan plan, ObjectName name) {
    Optional<ServicePlan> programmed = plan.services().get(name);
    if (programmed.isEmpty()) {
      return refused(plan.context().family(), name);
    }
    return programmed.filter(service -> service.ports().isEmpty()).stream()
        .flatMap(service -> service.diagnostics().stream())
        .map(problem -> because(name, problem.toString()))
        .toList();
  }

  /** Every sync tries a Service again, so the last one knows of all that are left out. */
  private List<ServiceList.LeftOut> refused(IpFamily family, ObjectName name) {
    List<ServiceList.LeftOut> reasons =
        refusals.getOrDefault(family, List.of()).stream()
            .filter(refusal -> refusal.service().equals(Optional.of(name)))
            .map(refusal ->
                because(
                    name,
                    family + ": the kernel refuses " + refusal.object() + ": " + refusal.reason()))
            .toList();
    return reasons.isEmpty()
        ? List.of(
            because(name, family + ": the kernel refuses its rules; the agent's log names them"))
        : reasons;
  }

  private static ServiceList.LeftOut because(ObjectName name, String reason) {
    return new ServiceList.LeftOut(name.namespace(), name.name(), reason);
  }
}
