package io.pointsman.lab.cluster;

import io.pointsman.lab.cluster.ClusterView.NodeView;
import io.pointsman.lab.cluster.ClusterView.PodView;
import io.pointsman.lab.cluster.ClusterView.ServiceView;
import java.util.List;

/**
 * A cluster's network as an SVG 1.1 document: the segment with the machines on it, a column for
 * each node with its routes, bridge and pods, and below them the Services. A Service has a colour;
 * a dot of that colour marks the pods behind it. Pure.
 */
final class DiagramSvg {
  private static final List<String> COLOURS =
      List.of(
          "#1f77b4", "#d62728", "#2ca02c", "#9467bd", "#ff7f0e", "#17becf", "#8c564b", "#e377c2");
  private static final int COLUMN = 330;
  private static final int MARGIN = 20;
  private static final int LINE = 16;
  private static final int SEGMENT_Y = 130;
  private static final int NODE_Y = 170;
  private static final int POD_HEIGHT = 62;

  private final ClusterView view;
  private final StringBuilder body = new StringBuilder();

  private DiagramSvg(ClusterView view) {
    this.view = view;
  }

  static String of(ClusterView view) {
    return new DiagramSvg(view).document();
  }

  private String document() {
    int width = MARGIN + Math.max(2, view.nodes().size()) * (COLUMN + MARGIN);
    machines(width);
    int bottom = NODE_Y;
    for (int i = 0; i < view.nodes().size(); i++) {
      bottom = Math.max(bottom, node(MARGIN + i * (COLUMN + MARGIN), view.nodes().get(i)));
    }
    int height = services(bottom + 3 * LINE) + MARGIN;
    return """
    <svg xmlns="http://www.w3.org/2000/svg" width="%1$d" height="%2$d" viewBox="0 0 %1$d %2$d" font-family="sans-serif" font-size="12">
    <title>Lab %3$s</title>
    <rect width="%1$d" height="%2$d" fill="white"/>
    %4$s</svg>
    """
        .formatted(width, height, escaped(view.name()), body);
  }

  private void machines(int width) {
    text(
        MARGIN,
        24,
        "Lab " + view.name() + ": " + view.backend() + ", pods by " + view.podNetwork(),
        "font-size=\"16\" font-weight=\"bold\"");
    machine(MARGIN, view.gateway(), "API server", List.of());
    machine(MARGIN + COLUMN + MARGIN, view.client(), "outside", view.clientRoutes());
    box(MARGIN, SEGMENT_Y, width - 2 * MARGIN, 20, "#ddd", "#555");
    text(MARGIN + 8, SEGMENT_Y + 14, "segment " + view.segment() + " (bridge)", "");
  }

  private void machine(int x, ClusterView.MachineView machine, String what, List<String> routes) {
    box(x, 40, COLUMN, 70, "#f4f4f4", "#555");
    cable(x + 20, 110, SEGMENT_Y);
    text(x + 8, 56, machine.name() + " — " + what, "font-weight=\"bold\"");
    text(x + 8, 56 + LINE, String.join("  ", machine.addresses()), "");
    for (int i = 0; i < Math.min(2, routes.size()); i++) {
      String more = i == 1 && routes.size() > 2 ? "  … " + (routes.size() - 2) + " more" : "";
      small(x + 8, 56 + (2 + i) * LINE, routes.get(i) + more);
    }
  }

  /** Draws a node's column and returns where it ends. */
  private int node(int x, NodeView node) {
    List<PodView> pods =
        view.pods().stream().filter(pod -> pod.node().equals(node.name())).toList();
    int bridgeY = NODE_Y + (4 + node.routes().size()) * LINE;
    int podsY = bridgeY + 36;
    int bottom = podsY + pods.size() * (POD_HEIGHT + 8);
    boolean well = node.agent().equals("ok");
    box(x, NODE_Y, COLUMN, bottom - NODE_Y, well ? "#eef6ee" : "#fbeaea", well ? "#2c7" : "#c33");
    cable(x + 20, SEGMENT_Y + 20, NODE_Y);
    text(x + 8, NODE_Y + LINE, node.name() + " — agent: " + node.agent(), "font-weight=\"bold\"");
    text(x + 8, NODE_Y + 2 * LINE, "eth0  " + String.join("  ", node.addresses()), "");
    for (int i = 0; i < node.routes().size(); i++) {
      small(x + 8, NODE_Y + (3 + i) * LINE, "route " + node.routes().get(i));
    }
    box(x + 10, bridgeY, COLUMN - 20, 20, "#ddd", "#555");
    text(
        x + 18,
        bridgeY + 14,
        ClusterPlan.BRIDGE + " " + String.join("  ", node.bridge()) + " (bridge)",
        "");
    for (int i = 0; i < pods.size(); i++) {
      pod(x + 30, podsY + i * (POD_HEIGHT + 8), pods.get(i), i == 0 ? bridgeY + 20 : podsY);
    }
    return bottom;
  }

  private void pod(int x, int y, PodView pod, int from) {
    box(x, y, COLUMN - 50, POD_HEIGHT, "white", pod.isReady() ? "#555" : "#c33");
    cable(x - 12, from, y + POD_HEIGHT / 2);
    body.append(
        "<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\" stroke=\"#555\"/>\n"
            .formatted(x - 12, y + POD_HEIGHT / 2, x, y + POD_HEIGHT / 2));
    text(x + 8, y + LINE, pod.place(), "font-weight=\"bold\"");
    text(x + 8, y + 2 * LINE, String.join("  ", pod.addresses()), "");
    small(x + 8, y + 3 * LINE, pod.serves() + ", " + pod.state());
    int dot = 0;
    for (int i = 0; i < view.services().size(); i++) {
      if (view.services().get(i).endpoints().contains(pod.place())) {
        dot(x + COLUMN - 66 - 14 * dot, y + 12, i);
        dot++;
      }
    }
  }

  /** Draws the Services and returns where they end. */
  private int services(int y) {
    text(MARGIN, y, "Services, the same on every node", "font-size=\"14\" font-weight=\"bold\"");
    int line = y + LINE + 8;
    for (int i = 0; i < view.services().size(); i++) {
      ServiceView service = view.services().get(i);
      dot(MARGIN + 6, line - 4, i);
      text(
          MARGIN + 20,
          line,
          service.name()
              + "  "
              + service.type()
              + "  "
              + String.join(" ", service.addresses())
              + "  "
              + String.join(" ", service.ports()),
          "font-weight=\"bold\"");
      small(MARGIN + 20, line + LINE, endpoints(service));
      line += 2 * LINE + 8;
    }
    return line;
  }

  private static String endpoints(ServiceView service) {
    return service.endpoints().isEmpty()
        ? "no ready endpoint"
        : "→ " + String.join(", ", service.endpoints());
  }

  private void dot(int x, int y, int service) {
    body.append(
        "<circle cx=\"%d\" cy=\"%d\" r=\"5\" fill=\"%s\"/>\n"
            .formatted(x, y, COLOURS.get(service % COLOURS.size())));
  }

  private void box(int x, int y, int width, int height, String fill, String line) {
    body.append(
        "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"4\" fill=\"%s\" stroke=\"%s\"/>\n"
            .formatted(x, y, width, height, fill, line));
  }

  private void cable(int x, int from, int to) {
    body.append(
        "<line x1=\"%1$d\" y1=\"%2$d\" x2=\"%1$d\" y2=\"%3$d\" stroke=\"#555\"/>\n"
            .formatted(x, from, to));
  }

  private void small(int x, int y, String text) {
    text(x, y, text, "fill=\"#555\" font-size=\"11\"");
  }

  private void text(int x, int y, String text, String more) {
    body.append("<text x=\"%d\" y=\"%d\" %s>%s</text>\n".formatted(x, y, more, escaped(text)));
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
