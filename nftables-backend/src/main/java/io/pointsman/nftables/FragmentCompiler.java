package io.pointsman.nftables;

import io.pointsman.net.Cidr;
import io.pointsman.net.IpFamily;
import io.pointsman.plan.Destination;
import io.pointsman.plan.Frontend;
import io.pointsman.plan.NodeContext;
import io.pointsman.plan.PortPlan;
import io.pointsman.plan.Route;
import io.pointsman.plan.ServicePlan;
import io.pointsman.plan.Target;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Compiles one Service; a pure function of its plan and the node. */
final class FragmentCompiler {
  private final NodeContext context;
  private final IpFamily family;
  private final List<Element> elements = new ArrayList<>();
  private final List<ElementKey> shared = new ArrayList<>();
  private final Set<SharedChain> chains = new LinkedHashSet<>();

  private FragmentCompiler(NodeContext context) {
    this.context = context;
    this.family = context.family();
  }

  static Fragment compile(ServicePlan plan, NodeContext context) {
    FragmentCompiler compiler = new FragmentCompiler(context);
    plan.ports().forEach(compiler::add);
    // Ports of one Service ask for some things twice, such as the timeout of their clients.
    return new Fragment(
        sortedOnce(compiler.elements), sortedOnce(compiler.shared), List.copyOf(compiler.chains));
  }

  /** Sorts, and drops what is equal to its predecessor. */
  private static <T extends Comparable<T>> List<T> sortedOnce(List<T> list) {
    Collections.sort(list);
    int kept = 0;
    for (T item : list) {
      if (kept == 0 || list.get(kept - 1).compareTo(item) != 0) {
        list.set(kept++, item);
      }
    }
    return list.subList(0, kept);
  }

  private void add(PortPlan port) {
    Optional<ClientMemory> memory = ClientMemory.of(port);
    for (Frontend frontend : port.frontends()) {
      String comment = Comment.of(port.name(), frontend.kind());
      add(frontend, port.route(frontend), memory, comment);
      if (frontend.kind() == Frontend.Kind.CLUSTER_IP
          && frontend.destination() instanceof Destination.Virtual virtual) {
        NamedSet set = NamedSet.CLUSTER_IPS;
        shared.add(new ElementKey(set, key(set).address(virtual.address()).bytes()));
      }
    }
    if (!port.frontends().isEmpty()) {
      memory.ifPresent(this::mayRemember);
      guard(port);
    }
    for (Target target : port.reachable()) {
      if (target.local()) {
        NamedSet set = NamedSet.HAIRPIN;
        Bytes twice = key(set).address(target.address()).address(target.address()).bytes();
        shared.add(new ElementKey(set, twice));
      }
    }
  }

  private void add(Frontend frontend, Route route, Optional<ClientMemory> memory, String comment) {
    Destination to = frontend.destination();
    boolean nodePort = to instanceof Destination.NodePort;
    boolean sticky = memory.isPresent();
    switch (route) {
      case Route.Reject() ->
          member(nodePort ? NamedSet.REJECTED_NODEPORTS : NamedSet.REJECTED, to, comment);
      case Route.Drop() ->
          member(nodePort ? NamedSet.DROPPED_NODEPORTS : NamedSet.DROPPED, to, comment);
      case Route.Internal(List<Target> targets) ->
          serve(
              to,
              new Shape(Shape.Kind.INTERNAL, nodePort, sticky, count(targets), 0),
              targets,
              comment);
      case Route.External(List<Target> targets) ->
          serve(
              to,
              new Shape(Shape.Kind.EXTERNAL, nodePort, sticky, count(targets), 0),
              targets,
              comment);
      case Route.ExternalLocal(List<Target> cluster, List<Target> local) -> {
        int locals = Math.min(local.size(), Shape.MAX_LOCAL);
        serve(
            to,
            new Shape(Shape.Kind.LOCAL, nodePort, sticky, count(cluster), locals),
            cluster,
            comment);
        slots(
            nodePort ? NamedSet.LOCAL_NODEPORT_BACKENDS : NamedSet.LOCAL_BACKENDS,
            to,
            local,
            locals);
        if (local.isEmpty()) {
          member(nodePort ? NamedSet.DROPPED_NODEPORTS : NamedSet.DROPPED, to, comment);
        }
      }
    }
    if (!(route instanceof Route.Reject || route instanceof Route.Drop)) {
      memory.ifPresent(clients -> group(to, clients.groupOf(frontend), clients.seconds()));
    }
  }

  private static int count(List<Target> targets) {
    return Math.min(targets.size(), Shape.MAX_CLUSTER);
  }

  private void serve(Destination to, Shape shape, List<Target> cluster, String comment) {
    NamedSet map = shape.nodePort() ? NamedSet.NODEPORTS : NamedSet.FRONTENDS;
    number(map, to, shape.number(), comment);
    chains.add(shape);
    slots(
        shape.nodePort() ? NamedSet.NODEPORT_BACKENDS : NamedSet.BACKENDS,
        to,
        cluster,
        shape.cluster());
  }

  private void group(Destination to, int group, int seconds) {
    boolean nodePort = to instanceof Destination.NodePort;
    number(nodePort ? NamedSet.AFFINITY_NODEPORT_GROUPS : NamedSet.AFFINITY_GROUPS, to, group, "");
    NamedSet timeouts = NamedSet.AFFINITY_TIMEOUTS;
    put(timeouts, key(timeouts).number(group), ElementValue.data(data(timeouts).number(seconds)));
    chains.add(new Memory(seconds));
  }

  private void mayRemember(ClientMemory memory) {
    memory.clusterMembers().forEach(target -> mayRemember(memory.cluster(), target));
    memory.localMembers().forEach(target -> mayRemember(memory.local(), target));
  }

  private void mayRemember(int group, Target target) {
    NamedSet set = NamedSet.AFFINITY_MEMBERS;
    FieldWriter key = key(set).number(group).address(target.address()).port(target.port());
    put(set, key, ElementValue.MEMBER);
  }

  /** Source ranges concern the load balancer's addresses alone. */
  private void guard(PortPlan port) {
    if (port.sourceRanges().isEmpty()) {
      return;
    }
    List<Frontend> guarded =
        port.frontends().stream()
            .filter(frontend -> frontend.kind() == Frontend.Kind.LOAD_BALANCER)
            .toList();
    if (guarded.isEmpty()) {
      return;
    }
    Guard guard = Guard.of(allowed(port.sourceRanges(), guarded));
    chains.add(guard);
    for (Frontend frontend : guarded) {
      NamedSet map = NamedSet.FIREWALL;
      String comment = Comment.of(port.name(), frontend.kind());
      put(
          map,
          put(key(map), frontend.destination()),
          ElementValue.goTo(guard.chain()).commented(comment));
    }
  }

  /**
   * Where the node itself may come in, so may the load balancer's addresses: a node that holds one
   * of them sends from it.
   */
  private List<Cidr> allowed(List<Cidr> ranges, List<Frontend> guarded) {
    List<Cidr> allowed = new ArrayList<>(ranges);
    boolean nodeMay =
        context.nodeIp().stream()
            .anyMatch(node -> ranges.stream().anyMatch(range -> range.contains(node)));
    if (nodeMay) {
      for (Frontend frontend : guarded) {
        if (frontend.destination() instanceof Destination.Virtual virtual) {
          allowed.add(Cidr.single(virtual.address()));
        }
      }
    }
    return allowed;
  }

  private void slots(NamedSet map, Destination to, List<Target> targets, int count) {
    for (int slot = 0; slot < count; slot++) {
      Target target = targets.get(slot);
      put(
          map,
          put(key(map), to).number(slot),
          ElementValue.data(data(map).address(target.address()).port(target.port())));
    }
  }

  private void number(NamedSet map, Destination to, int number, String comment) {
    put(map, put(key(map), to), ElementValue.data(data(map).number(number)).commented(comment));
  }

  private void member(NamedSet set, Destination to, String comment) {
    put(set, put(key(set), to), ElementValue.MEMBER.commented(comment));
  }

  private void put(NamedSet set, FieldWriter key, ElementValue value) {
    elements.add(new Element(new ElementKey(set, key.bytes()), value));
  }

  private FieldWriter key(NamedSet set) {
    return FieldWriter.key(set, family);
  }

  private FieldWriter data(NamedSet map) {
    return FieldWriter.data(map, family);
  }

  private static FieldWriter put(FieldWriter writer, Destination to) {
    if (to instanceof Destination.Virtual virtual) {
      writer.address(virtual.address());
    }
    return writer.protocol(to.protocol()).port(to.port());
  }
}
