package io.pointsman.lab.cluster;

import io.pointsman.lab.cluster.ClusterView.NodeView;
import io.pointsman.lab.cluster.ClusterView.PodView;
import io.pointsman.lab.cluster.ClusterView.ServiceView;
import java.util.List;

/** A cluster's network drawn with characters. Pure. */
final class DiagramText {
  private final ClusterView view;
  private final StringBuilder text = new StringBuilder();

  private DiagramText(ClusterView view) {
    this.view = view;
  }

  static String of(ClusterView view) {
    DiagramText drawing = new DiagramText(view);
    drawing.machines();
    List<NodeView> nodes = view.nodes();
    for (int i = 0; i < nodes.size(); i++) {
      drawing.node(nodes.get(i), i == nodes.size() - 1);
    }
    drawing.services();
    return drawing.text.toString();
  }

  private void machines() {
    line("segment " + view.segment() + " (bridge)");
    line(
        "├─ " + view.gateway().name() + "  " + joined(view.gateway().addresses()) + "  API server");
    line("├─ " + view.client().name() + "  " + joined(view.client().addresses()) + "  outside");
    view.clientRoutes().forEach(route -> line("│     route " + route));
  }

  private void node(NodeView node, boolean last) {
    String bar = last ? "   " : "│  ";
    line("│");
    line(
        (last ? "└─ " : "├─ ")
            + node.name()
            + "  "
            + joined(node.addresses())
            + "  agent ("
            + view.backend()
            + "): "
            + node.agent());
    node.routes().forEach(route -> line(bar + "   route " + route));
    line(bar + "└─ " + ClusterPlan.BRIDGE + "  " + joined(node.bridge()) + " (bridge)");
    List<PodView> pods =
        view.pods().stream().filter(pod -> pod.node().equals(node.name())).toList();
    for (int i = 0; i < pods.size(); i++) {
      PodView pod = pods.get(i);
      line(
          bar
              + (i == pods.size() - 1 ? "   └─ " : "   ├─ ")
              + "pod "
              + pod.place()
              + "  "
              + joined(pod.addresses())
              + "  "
              + pod.state());
    }
  }

  private void services() {
    line("");
    line("Services, the same on every node");
    for (ServiceView service : view.services()) {
      line(
          "  "
              + service.name()
              + "  "
              + service.type()
              + "  "
              + joined(service.addresses())
              + "  "
              + joined(service.ports()));
      service.endpoints().forEach(endpoint -> line("    └─▶ " + endpoint));
    }
  }

  private void line(String line) {
    text.append(line).append('\n');
  }

  private static String joined(List<String> texts) {
    return String.join(" ", texts);
  }
}
