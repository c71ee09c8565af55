package io.pointsman.lab.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;

class DiagramTest {
  private static final ClusterView VIEW =
      new ClusterView(
          "lab",
          "nftables",
          "host-routes",
          "172.29.0.0/24",
          new ClusterView.MachineView("cp", List.of("172.29.0.1")),
          new ClusterView.MachineView("ext", List.of("172.29.0.100")),
          List.of("10.96.0.0/12 via 172.29.0.11 dev eth0"),
          List.of(
              new ClusterView.NodeView(
                  "n1",
                  List.of("172.29.0.11"),
                  List.of("10.244.1.1/24"),
                  List.of("10.244.2.0/24 via 172.29.0.12 dev eth0"),
                  "ok"),
              new ClusterView.NodeView(
                  "n2", List.of("172.29.0.12"), List.of("10.244.2.1/24"), List.of(), "a < b & c")),
          List.of(
              new ClusterView.PodView("web-1", "n1", List.of("10.244.1.2"), "ready", "lab/web"),
              new ClusterView.PodView("web-2", "n2", List.of(), "waits for a node", "lab/web")),
          List.of(
              new ClusterView.ServiceView(
                  "web",
                  "ClusterIP",
                  List.of("10.96.1.0"),
                  List.of("80→8080/TCP"),
                  List.of("web-1"))),
          "/run/x/kubeconfig");

  @Test
  void theDrawingShowsAll() {
    assertThat(DiagramText.of(VIEW))
        .isEqualTo(
            """
            segment 172.29.0.0/24 (bridge)
            ├─ cp  172.29.0.1  API server
            ├─ ext  172.29.0.100  outside
            │     route 10.96.0.0/12 via 172.29.0.11 dev eth0
            │
            ├─ n1  172.29.0.11  agent (nftables): ok
            │     route 10.244.2.0/24 via 172.29.0.12 dev eth0
            │  └─ cbr0  10.244.1.1/24 (bridge)
            │     └─ pod web-1  10.244.1.2  ready
            │
            └─ n2  172.29.0.12  agent (nftables): a < b & c
                 └─ cbr0  10.244.2.1/24 (bridge)
                    └─ pod web-2    waits for a node

            Services, the same on every node
              web  ClusterIP  10.96.1.0  80→8080/TCP
                └─▶ web-1
            """
                .replace("     └─ cbr0  10.244.2.1", "   └─ cbr0  10.244.2.1")
                .replace("        └─ pod web-2", "      └─ pod web-2"));
  }

  @Test
  void thePictureIsWellFormedAndNamesAll() throws Exception {
    String svg = DiagramSvg.of(VIEW);

    String text =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)))
            .getDocumentElement()
            .getTextContent();
    assertThat(text).contains("n1 — agent: ok", "a < b & c", "web-1", "web-2", "10.96.1.0");
  }

  @Test
  void theTablesHaveALineForEach() {
    assertThat(StatusText.of(VIEW).lines())
        .contains(
            "n1    172.29.0.11  10.244.1.1/24  ok",
            "web-1  n1    10.244.1.2  ready",
            "web      ClusterIP  10.96.1.0  80→8080/TCP  web-1");
  }
}
