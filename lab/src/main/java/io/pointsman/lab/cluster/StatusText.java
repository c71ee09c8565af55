package io.pointsman.lab.cluster;

import io.pointsman.lab.cluster.ClusterView.NodeView;
import io.pointsman.lab.cluster.ClusterView.PodView;
import io.pointsman.lab.cluster.ClusterView.ServiceView;
import java.util.ArrayList;
import java.util.List;

/** A cluster's state as tables. Pure. */
final class StatusText {
  private StatusText() {}

  static String of(ClusterView view) {
    StringBuilder text = new StringBuilder();
    text.append(
        "Lab '%s': %s, pods by %s\n".formatted(view.name(), view.backend(), view.podNetwork()));
    text.append("kubectl --kubeconfig ").append(view.kubeconfig()).append("\n\n");
    List<List<String>> nodes = new ArrayList<>();
    nodes.add(List.of("NODE", "ADDRESSES", "PODS' BRIDGE", "AGENT"));
    for (NodeView node : view.nodes()) {
      nodes.add(
          List.of(node.name(), joined(node.addresses()), joined(node.bridge()), node.agent()));
    }
    text.append(table(nodes)).append('\n');
    List<List<String>> pods = new ArrayList<>();
    pods.add(List.of("POD", "NODE", "ADDRESSES", "STATE"));
    for (PodView pod : view.pods()) {
      pods.add(List.of(pod.place(), pod.node(), joined(pod.addresses()), pod.state()));
    }
    text.append(table(pods)).append('\n');
    List<List<String>> services = new ArrayList<>();
    services.add(List.of("SERVICE", "TYPE", "ADDRESSES", "PORTS", "READY ENDPOINTS"));
    for (ServiceView service : view.services()) {
      services.add(
          List.of(
              service.name(),
              service.type(),
              joined(service.addresses()),
              joined(service.ports()),
              joined(service.endpoints())));
    }
    return text.append(table(services)).toString();
  }

  private static String joined(List<String> texts) {
    return texts.isEmpty() ? "-" : String.join(" ", texts);
  }

  private static String table(List<List<String>> rows) {
    int columns = rows.getFirst().size();
    int[] widths = new int[columns];
    for (List<String> row : rows) {
      for (int column = 0; column < columns; column++) {
        widths[column] = Math.max(widths[column], row.get(column).length());
      }
    }
    StringBuilder text = new StringBuilder();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int column = 0; column < columns; column++) {
        String cell = row.get(column);
        line.append(cell).append(" ".repeat(widths[column] - cell.length() + 2));
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }
}
