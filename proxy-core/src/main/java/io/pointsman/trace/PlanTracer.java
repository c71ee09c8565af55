package io.pointsman.trace;

import io.pointsman.net.Cidr;
import io.pointsman.net.IpAddress;
import io.pointsman.net.IpFamily;
import io.pointsman.plan.Claimants;
import io.pointsman.plan.Destination;
import io.pointsman.plan.FamilyPlan;
import io.pointsman.plan.Frontend;
import io.pointsman.plan.LocalDetector;
import io.pointsman.plan.NodeContext;
import io.pointsman.plan.NodePortAddresses;
import io.pointsman.plan.PortPlan;
import io.pointsman.plan.Route;
import io.pointsman.plan.Target;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a plan promises, told without any rule: what the tracers of the backends are compared with,
 * and what {@code explain} says in words.
 */
public final class PlanTracer implements Tracer {
  private final FamilyPlan plan;
  private final NodeContext context;
  private final ModeTraits traits;
  private final Set<IpAddress> clusterIps = new HashSet<>();

  /**
   * @param traits of the mode that the plan is made for
   */
  public PlanTracer(FamilyPlan plan, ModeTraits traits) {
    this.plan = plan;
    this.context = plan.context();
    this.traits = traits;
    plan.services().stream()
        .flatMap(entry -> entry.getValue().ports().stream())
        .flatMap(port -> port.frontends().stream())
        .filter(frontend -> frontend.kind() == Frontend.Kind.CLUSTER_IP)
        .forEach(frontend -> {
          if (frontend.destination() instanceof Destination.Virtual virtual) {
            clusterIps.add(virtual.address());
          }
        });
  }

  /** The way in to a Service that a packet takes. */
  public record Entrance(PortPlan port, Frontend frontend) {}

  /** The frontend that the packet is sent to, whether or not node ports answer on that address. */
  public Optional<Entrance> entrance(Packet packet, Host host) {
    return owner(new Destination.Virtual(packet.destination(), packet.protocol(), packet.port()))
        .or(() ->
            host.isLocal(packet.destination())
                ? owner(new Destination.NodePort(packet.protocol(), packet.port()))
                : Optional.empty());
  }

  private Optional<Entrance> owner(Destination destination) {
    return plan.claims()
        .get(destination)
        .map(Claimants::owner)
        .flatMap(name ->
            plan.services().get(name.service()).stream()
                .flatMap(service -> service.ports().stream())
                .filter(port -> port.name().equals(name))
                .findFirst())
        .flatMap(port ->
            port.frontends().stream()
                .filter(frontend -> frontend.destination().equals(destination))
                .map(frontend -> new Entrance(port, frontend))
                .findFirst());
  }

  @Override
  public Trace trace(Packet packet, Host host) {
    return new Trace(
        packet,
        entrance(packet, host)
            .map(entrance -> new Visit(packet, host, entrance).outcomes())
            .orElseGet(() -> List.of(elsewhere(packet, host))));
  }

  /** True when the settings take the packet's sender for a pod. */
  public boolean isPod(Packet packet) {
    Optional<String> in =
        packet.origin() instanceof Packet.Origin.Arriving(String name)
            ? Optional.of(name)
            : Optional.empty();
    return switch (context.localDetector()) {
      case LocalDetector.None() -> false;
      case LocalDetector.SourceRange(Cidr range) -> range.contains(packet.source());
      case LocalDetector.Bridge(String name) -> in.filter(name::equals).isPresent();
      case LocalDetector.InterfacePrefix(String prefix) ->
          in.filter(name -> name.startsWith(prefix)).isPresent();
    };
  }

  private Outcome elsewhere(Packet packet, Host host) {
    IpAddress to = packet.destination();
    if (traits.guardsClusterIps() && !host.isLocal(to)) {
      if (clusterIps.contains(to)) {
        return certain(new Disposition.Reject(), "no Service has this port of ClusterIP " + to);
      }
      Optional<Cidr> range =
          context.serviceCidrs().stream().filter(cidr -> cidr.contains(to)).findFirst();
      if (range.isPresent()) {
        return certain(
            new Disposition.Drop(),
            "no Service has address " + to + " of ServiceCIDR " + range.get());
      }
    }
    return certain(new Disposition.Pass(), "no Service has this address and port");
  }

  private static Outcome certain(Disposition disposition, String reason) {
    return new Outcome(1, disposition, List.of(step(reason)));
  }

  private static Outcome.Step step(String text) {
    return new Outcome.Step("plan", text);
  }

  /** One packet at one frontend. */
  private final class Visit {
    private final Packet packet;
    private final Host host;
    private final PortPlan port;
    private final Frontend frontend;
    private final List<Outcome.Step> path = new ArrayList<>();

    Visit(Packet packet, Host host, Entrance entrance) {
      this.packet = packet;
      this.host = host;
      this.port = entrance.port();
      this.frontend = entrance.frontend();
    }

    List<Outcome> outcomes() {
      say(frontend.kind() + " " + frontend.destination() + " of Service " + port.name().display());
      Route route = port.route(frontend);
      boolean serves = !(route instanceof Route.Reject);
      if ((serves || traits.sourceRangesFirst()) && isBarred()) {
        return end(new Disposition.Drop(), "the source is in none of loadBalancerSourceRanges");
      }
      boolean answers = answersHere();
      return switch (route) {
        case Route.Reject() ->
            refuse(answers, new Disposition.Reject(), "no endpoint can serve at all");
        case Route.Drop() ->
            refuse(
                answers,
                new Disposition.Drop(),
                "policy Local, and no endpoint on this node serves");
        case Route.Internal(List<Target> targets) -> answers ? internal(targets) : notHere();
        case Route.External(List<Target> targets) ->
            answers ? balance(targets, true, "policy Cluster: masqueraded") : notHere();
        case Route.ExternalLocal(List<Target> cluster, List<Target> local) ->
            answers ? externalLocal(cluster, local) : elsewhereLocal(local);
      };
    }

    /** Node ports answer on some addresses of the node only. */
    private boolean answersHere() {
      IpAddress to = packet.destination();
      if (!(frontend.destination() instanceof Destination.NodePort)) {
        return true;
      }
      boolean loopback =
          !to.isLoopback()
              || (traits.localhostNodePorts()
                  && context.localhostNodePorts()
                  && context.family() == IpFamily.IPV4);
      return loopback
          && switch (context.nodePortAddresses()) {
            case NodePortAddresses.All() -> true;
            case NodePortAddresses.Only only -> only.addresses().contains(to);
          };
    }

    private boolean isBarred() {
      List<Cidr> ranges = port.sourceRanges();
      if (frontend.kind() != Frontend.Kind.LOAD_BALANCER || ranges.isEmpty()) {
        return false;
      }
      boolean nodeMay =
          context.nodeIp().filter(ip -> ranges.stream().anyMatch(r -> r.contains(ip))).isPresent();
      boolean fromAddressOfService =
          port.frontends().stream()
              .anyMatch(other ->
                  other.kind() == Frontend.Kind.LOAD_BALANCER
                      && other.destination() instanceof Destination.Virtual virtual
                      && virtual.address().equals(packet.source()));
      return ranges.stream().noneMatch(range -> range.contains(packet.source()))
          && !(nodeMay && fromAddressOfService);
    }

    private List<Outcome> refuse(boolean answers, Disposition refusal, String reason) {
      boolean nodePort = frontend.destination() instanceof Destination.NodePort;
      if (nodePort && !answers && !traits.refusesNodePortsAnywhere()) {
        return notHere();
      }
      boolean fromNode = packet.origin() instanceof Packet.Origin.Node;
      boolean external = frontend.kind() != Frontend.Kind.CLUSTER_IP;
      if (fromNode && external && !traits.refusesForNode() && !host.isLocal(packet.destination())) {
        return end(new Disposition.Pass(), reason + ", which is not told to the node itself");
      }
      return end(refusal, reason);
    }

    private List<Outcome> elsewhereLocal(List<Target> local) {
      return local.isEmpty()
          ? refuse(
              false, new Disposition.Drop(), "policy Local, and no endpoint on this node serves")
          : notHere();
    }

    private List<Outcome> notHere() {
      return end(new Disposition.Pass(), "node ports do not answer on " + packet.destination());
    }

    private List<Outcome> internal(List<Target> targets) {
      if (context.masqueradeAll()) {
        return balance(targets, true, "masqueradeAll: masqueraded");
      }
      boolean hide = !(context.localDetector() instanceof LocalDetector.None) && !isPod(packet);
      return balance(
          targets, hide, hide ? "the source is no pod: masqueraded" : "the source is kept");
    }

    private List<Outcome> externalLocal(List<Target> cluster, List<Target> local) {
      if (isPod(packet)) {
        return balance(cluster, false, "policy Local, but from a pod: as from inside, source kept");
      }
      if (host.isLocal(packet.source())) {
        return balance(
            cluster, true, "policy Local, but from the node: as from inside, masqueraded");
      }
      return local.isEmpty()
          ? refuse(
              true, new Disposition.Drop(), "policy Local, and no endpoint on this node serves")
          : balance(local, false, "policy Local: this node's endpoints, source kept");
    }

    private List<Outcome> balance(List<Target> targets, boolean masquerade, String reason) {
      say(reason);
      List<Outcome.Step> kept = List.copyOf(path);
      List<Outcome.Step> delivered = new ArrayList<>(path);
      delivered.add(step("the endpoint is the node itself: source kept all the same"));
      say("the connection comes back to its sender: masqueraded");
      List<Outcome.Step> hidden = List.copyOf(path);
      List<Outcome> outcomes = new ArrayList<>(targets.size());
      for (Target target : targets) {
        boolean hairpin =
            !masquerade
                && target.address().equals(packet.source())
                && (target.local() || traits.hairpinForAnyEndpoint());
        boolean leaves = !isNodeItself(target);
        outcomes.add(
            new Outcome(
                1.0 / targets.size(),
                new Disposition.Dnat(
                    target.address(), target.port(), leaves && (masquerade || hairpin)),
                !leaves && masquerade ? delivered : hairpin ? hidden : kept));
      }
      return outcomes;
    }

    /** What arrives for the node itself never leaves it, and sources are hidden on leaving only. */
    private boolean isNodeItself(Target target) {
      return packet.origin() instanceof Packet.Origin.Arriving && host.isLocal(target.address());
    }

    private List<Outcome> end(Disposition disposition, String reason) {
      say(reason);
      return List.of(new Outcome(1, disposition, path));
    }

    private void say(String text) {
      path.add(step(text));
    }
  }
}
