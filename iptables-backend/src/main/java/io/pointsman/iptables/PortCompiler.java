package io.pointsman.iptables;

import io.pointsman.net.Cidr;
import io.pointsman.net.IpAddress;
import io.pointsman.plan.Destination;
import io.pointsman.plan.Frontend;
import io.pointsman.plan.NodeContext;
import io.pointsman.plan.PortPlan;
import io.pointsman.plan.Route;
import io.pointsman.plan.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Compiles one Service port by itself. Used once.
 *
 * <p>A port with a ClusterIP alone and few endpoints has no chain: its rules stand where the tree
 * ends. To the legacy tools, which rewrite the whole table, a chain costs as much as three rules,
 * and to those of nf_tables more, the more chains there are.
 */
final class PortCompiler {
  /** So few that the rules of a tree's leaf stay few as well. */
  private static final int MOST_INLINE = 4;

  private static final Rule MASQUERADE = Rule.of(new Action.Jump(ChainNames.MARK_MASQ));

  private final NodeContext context;
  private final PodDetection pods;
  private final EndpointRules endpoints;
  private final PortPlan port;

  private final Map<ChainId, List<Rule>> chains = new TreeMap<>();
  private final List<Way> services = new ArrayList<>();
  private final List<Way> nodePorts = new ArrayList<>();
  private final List<Way> refused = new ArrayList<>();
  private final List<Way> refusedExternally = new ArrayList<>();
  private final List<Way> refusedNodePorts = new ArrayList<>();
  private final List<Way> guarded = new ArrayList<>();

  private PortCompiler(NodeContext context, Hairpin hairpin, PortPlan port) {
    this.context = context;
    this.pods = new PodDetection(context.localDetector());
    this.endpoints = new EndpointRules(port, context.family(), hairpin);
    this.port = port;
  }

  static Fragment compile(NodeContext context, Hairpin hairpin, PortPlan port) {
    PortCompiler compiler = new PortCompiler(context, hairpin, port);
    compiler.balancers();
    port.frontends().forEach(compiler::frontend);
    return new Fragment(
        port.name().service(),
        compiler.chains,
        compiler.services,
        compiler.nodePorts,
        compiler.refused,
        compiler.refusedExternally,
        compiler.refusedNodePorts,
        compiler.guarded);
  }

  /** The chains that choose an endpoint, and the entrance from outside. */
  private void balancers() {
    List<Frontend> external =
        port.frontends().stream().filter(f -> f.kind() != Frontend.Kind.CLUSTER_IP).toList();
    if (!external.isEmpty()) {
      switch (port.external()) {
        case Route.Reject(), Route.Drop() -> {}
        case Route.Internal(var targets) -> external(targets);
        case Route.External(var targets) -> external(targets);
        case Route.ExternalLocal(var cluster, var local) -> externalLocal(cluster, local);
      }
      if (hasExternalChain() && !port.sourceRanges().isEmpty()) {
        firewall(external);
      }
    }
    if (port.internal() instanceof Route.Internal(var targets) && !isInline(targets)) {
      List<Rule> rules = new ArrayList<>(offCluster());
      rules.addAll(endpoints.balance(targets));
      put(internalChain(), rules);
    }
    if (endpoints.haveChains()) {
      port.reachable().forEach(target -> put(endpoints.chain(target), endpoints.ofChain(target)));
    }
  }

  private void external(List<Target> targets) {
    put(ChainNames.service(port.name()), endpoints.balance(targets));
    put(
        ChainNames.external(port.name()),
        List.of(MASQUERADE, Rule.of(new Action.Jump(ChainNames.service(port.name())))));
  }

  private void externalLocal(List<Target> cluster, List<Target> local) {
    List<Rule> entrance = new ArrayList<>();
    if (!cluster.isEmpty()) {
      put(ChainNames.service(port.name()), endpoints.balance(cluster));
      Rule toCluster = Rule.of(new Action.Jump(ChainNames.service(port.name())));
      pods.fromPod(toCluster).ifPresent(entrance::add);
      entrance.add(MASQUERADE.when(new Match.SourceIsLocal()));
      entrance.add(toCluster.when(new Match.SourceIsLocal()));
    }
    if (!local.isEmpty()) {
      put(ChainNames.local(port.name()), endpoints.balance(local));
      entrance.add(Rule.of(new Action.Jump(ChainNames.local(port.name()))));
    }
    put(ChainNames.external(port.name()), entrance);
  }

  /** Who lets in: the ranges, and the node under the balancer's own address when it is in one. */
  private void firewall(List<Frontend> external) {
    Rule enter = Rule.of(new Action.Jump(ChainNames.external(port.name())));
    List<Rule> rules = new ArrayList<>();
    for (Cidr range : port.sourceRanges()) {
      rules.add(enter.when(new Match.Source(range, false)));
    }
    boolean nodeIsAllowed =
        context
            .nodeIp()
            .filter(ip -> port.sourceRanges().stream().anyMatch(range -> range.contains(ip)))
            .isPresent();
    for (Frontend frontend : external) {
      if (nodeIsAllowed
          && frontend.kind() == Frontend.Kind.LOAD_BALANCER
          && frontend.destination() instanceof Destination.Virtual virtual) {
        rules.add(enter.when(new Match.Source(Cidr.single(virtual.address()), false)));
      }
    }
    put(ChainNames.firewall(port.name()), rules);
  }

  /** Hides the source of connections to the ClusterIP where that is asked for. */
  private List<Rule> offCluster() {
    return port.frontends().stream()
        .filter(frontend -> frontend.kind() == Frontend.Kind.CLUSTER_IP)
        .flatMap(frontend -> offCluster(frontend).stream())
        .toList();
  }

  private Optional<Rule> offCluster(Frontend frontend) {
    Rule masquerade = MASQUERADE.when(matches(frontend.destination()));
    return context.masqueradeAll() ? Optional.of(masquerade) : pods.notFromPod(masquerade);
  }

  private void frontend(Frontend frontend) {
    boolean internal = frontend.kind() == Frontend.Kind.CLUSTER_IP;
    switch (port.route(frontend)) {
      case Route.Reject() ->
          refuse(frontend, "has no endpoints", new Action.Reject(context.family()));
      case Route.Drop() -> refuse(frontend, "has no local endpoints", new Action.Drop());
      case Route.Internal(var targets) when internal && isInline(targets) ->
          services.add(way(frontend, frontend.kind().toString(), inline(frontend, targets)));
      case Route.Internal ignored when internal -> enter(frontend, internalChain());
      case Route.Internal ignored -> enter(frontend, entrance(frontend));
      case Route.External ignored -> enter(frontend, entrance(frontend));
      case Route.ExternalLocal(var cluster, var local) -> {
        enter(frontend, entrance(frontend));
        if (local.isEmpty()) {
          refuse(frontend, "has no local endpoints", new Action.Drop());
        }
      }
    }
  }

  private boolean isInline(List<Target> targets) {
    return targets.size() <= MOST_INLINE
        && !endpoints.haveChains()
        && port.frontends().stream().allMatch(f -> f.kind() == Frontend.Kind.CLUSTER_IP);
  }

  /** What would stand in the chain, with the test for the destination in each rule. */
  private List<Rule> inline(Frontend frontend, List<Target> targets) {
    List<Rule> rules = new ArrayList<>();
    offCluster(frontend).ifPresent(rules::add);
    rules.addAll(endpoints.draw(targets, List.of(matches(frontend.destination()))));
    return rules;
  }

  private void enter(Frontend frontend, String chain) {
    Way way = way(frontend, frontend.kind().toString(), to(frontend, new Action.Jump(chain)));
    switch (frontend.destination()) {
      case Destination.NodePort ignored -> nodePorts.add(way);
      case Destination.Virtual ignored -> services.add(way);
    }
    if (isGuarded(frontend)) {
      guarded.add(
          way(
              frontend,
              "traffic not accepted by its source ranges",
              to(frontend, new Action.Drop())));
    }
  }

  private void refuse(Frontend frontend, String why, Action action) {
    Way way = way(frontend, why, to(frontend, action));
    switch (frontend.destination()) {
      case Destination.NodePort ignored -> refusedNodePorts.add(way);
      case Destination.Virtual ignored ->
          (frontend.kind() == Frontend.Kind.CLUSTER_IP ? refused : refusedExternally).add(way);
    }
  }

  private static List<Rule> to(Frontend frontend, Action action) {
    return List.of(Rule.of(action, matches(frontend.destination())));
  }

  private Way way(Frontend frontend, String remark, List<Rule> rules) {
    return new Way(
        frontend.destination(), rules, port.name().display() + " " + remark, port.name().service());
  }

  private static Match[] matches(Destination destination) {
    Match proto = new Match.Proto(destination.protocol());
    Match dport = Match.DestinationPorts.only(destination.protocol(), destination.port());
    return switch (destination) {
      case Destination.NodePort ignored -> new Match[] {proto, dport};
      case Destination.Virtual(IpAddress address, var protocol, int number) ->
          new Match[] {new Match.Destination(Cidr.single(address), false), proto, dport};
    };
  }

  private String entrance(Frontend frontend) {
    return isGuarded(frontend)
        ? ChainNames.firewall(port.name())
        : ChainNames.external(port.name());
  }

  private boolean isGuarded(Frontend frontend) {
    return frontend.kind() == Frontend.Kind.LOAD_BALANCER && !port.sourceRanges().isEmpty();
  }

  private boolean hasExternalChain() {
    return chains.containsKey(id(ChainNames.external(port.name())));
  }

  /**
   * The chain of the ClusterIP: the cluster's, which the way in from outside may share, unless that
   * balances over other endpoints.
   */
  private String internalChain() {
    List<Target> targets =
        port.internal() instanceof Route.Internal(var internal) ? internal : List.of();
    List<Target> cluster =
        switch (port.external()) {
          case Route.External(var all) -> all;
          case Route.ExternalLocal(var all, var local) -> all;
          case Route.Internal ignored -> targets;
          case Route.Reject ignored -> targets;
          case Route.Drop ignored -> targets;
        };
    return targets.equals(cluster) || cluster.isEmpty()
        ? ChainNames.service(port.name())
        : ChainNames.local(port.name());
  }

  private void put(String chain, List<Rule> rules) {
    chains.put(id(chain), List.copyOf(rules));
  }

  private static ChainId id(String chain) {
    return new ChainId(Table.NAT, chain);
  }
}
