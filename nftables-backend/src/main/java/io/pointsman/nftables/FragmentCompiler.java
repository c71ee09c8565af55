package io.pointsman.nftables;

import io.pointsman.net.IpFamily;
import io.pointsman.plan.Destination;
import io.pointsman.plan.Frontend;
import io.pointsman.plan.NodeContext;
import io.pointsman.plan.PortPlan;
import io.pointsman.plan.Route;
import io.pointsman.plan.ServicePlan;
import io.pointsman.plan.Target;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** Compiles one Service; a pure function of its plan and the node. */
final class FragmentCompiler {
  private final IpFamily family;
  private final Map<ElementKey, ElementValue> elements = new HashMap<>();
  private final Set<ElementKey> shared = new HashSet<>();
  private final Set<Shape> shapes = new HashSet<>();

  private FragmentCompiler(IpFamily family) {
    this.family = family;
  }

  static Fragment compile(ServicePlan plan, NodeContext context) {
    FragmentCompiler compiler = new FragmentCompiler(context.family());
    plan.ports().forEach(compiler::add);
    return new Fragment(compiler.elements, compiler.shared, compiler.shapes);
  }

  private void add(PortPlan port) {
    for (Frontend frontend : port.frontends()) {
      String comment = Comment.of(port.name(), frontend.kind());
      add(frontend, port.route(frontend), comment);
      if (frontend.kind() == Frontend.Kind.CLUSTER_IP
          && frontend.destination() instanceof Destination.Virtual virtual) {
        shared.add(
            new ElementKey(
                NamedSet.CLUSTER_IPS,
                key(NamedSet.CLUSTER_IPS, writer -> writer.address(virtual.address()))));
      }
    }
    for (Target target : port.reachable()) {
      if (target.local()) {
        shared.add(
            new ElementKey(
                NamedSet.HAIRPIN,
                key(
                    NamedSet.HAIRPIN,
                    writer -> writer.address(target.address()).address(target.address()))));
      }
    }
  }

  private void add(Frontend frontend, Route route, String comment) {
    Destination to = frontend.destination();
    boolean nodePort = to instanceof Destination.NodePort;
    switch (route) {
      case Route.Reject() ->
          member(nodePort ? NamedSet.REJECTED_NODEPORTS : NamedSet.REJECTED, to, comment);
      case Route.Drop() ->
          member(nodePort ? NamedSet.DROPPED_NODEPORTS : NamedSet.DROPPED, to, comment);
      case Route.Internal(List<Target> targets) ->
          serve(to, new Shape(Shape.Kind.INTERNAL, nodePort, count(targets), 0), targets, comment);
      case Route.External(List<Target> targets) ->
          serve(to, new Shape(Shape.Kind.EXTERNAL, nodePort, count(targets), 0), targets, comment);
      case Route.ExternalLocal(List<Target> cluster, List<Target> local) -> {
        int locals = Math.min(local.size(), Shape.MAX_LOCAL);
        serve(to, new Shape(Shape.Kind.LOCAL, nodePort, count(cluster), locals), cluster, comment);
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
  }

  private static int count(List<Target> targets) {
    return Math.min(targets.size(), Shape.MAX_CLUSTER);
  }

  private void serve(Destination to, Shape shape, List<Target> cluster, String comment) {
    NamedSet map = shape.nodePort() ? NamedSet.NODEPORTS : NamedSet.FRONTENDS;
    Bytes number = new FieldWriter(map.data(), family).number(shape.number()).bytes();
    elements.put(
        new ElementKey(map, key(map, writer -> put(writer, to))),
        ElementValue.data(number).commented(comment));
    shapes.add(shape);
    slots(
        shape.nodePort() ? NamedSet.NODEPORT_BACKENDS : NamedSet.BACKENDS,
        to,
        cluster,
        shape.cluster());
  }

  private void slots(NamedSet map, Destination to, List<Target> targets, int count) {
    for (int slot = 0; slot < count; slot++) {
      int number = slot;
      Target target = targets.get(slot);
      elements.put(
          new ElementKey(map, key(map, writer -> put(writer, to).number(number))),
          ElementValue.data(
              new FieldWriter(map.data(), family)
                  .address(target.address())
                  .port(target.port())
                  .bytes()));
    }
  }

  private void member(NamedSet set, Destination to, String comment) {
    elements.put(
        new ElementKey(set, key(set, writer -> put(writer, to))),
        ElementValue.MEMBER.commented(comment));
  }

  private Bytes key(NamedSet set, Consumer<FieldWriter> fields) {
    FieldWriter writer = new FieldWriter(set.key(), family);
    fields.accept(writer);
    return writer.bytes();
  }

  private static FieldWriter put(FieldWriter writer, Destination to) {
    if (to instanceof Destination.Virtual virtual) {
      writer.address(virtual.address());
    }
    return writer.protocol(to.protocol()).port(to.port());
  }
}
