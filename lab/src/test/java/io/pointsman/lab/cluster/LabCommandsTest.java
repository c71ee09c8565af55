package io.pointsman.lab.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.pointsman.lab.fault.Await;
import io.pointsman.lab.learn.NeedsPlugins;
import io.pointsman.netlink.netns.NetworkNamespace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The commands as a person gives them; packets are sent by curl in the lab's namespaces. */
@NeedsPlugins
@Timeout(120)
class LabCommandsTest {
  private static final String CLUSTER =
      """
      backend: BACKEND
      podNetwork: NETWORK
      nodes: [n1, n2]
      pods:
      - {name: a, node: n1, labels: {app: web}, port: 8080}
      - {name: shell, node: n2}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: web}
      spec:
        type: NodePort
        clusterIP: 10.96.0.20
        clusterIPs: [10.96.0.20, "fd00:96::20"]
        selector: {app: web}
        ports: [{port: 80, targetPort: 8080, nodePort: 30080}]
      """;

  private static final String MORE =
      """
      apiVersion: v1
      kind: Pod
      metadata: {name: b, labels: {app: more}}
      spec:
        nodeName: n2
        containers: [{name: web, image: web, ports: [{containerPort: 8080, hostPort: 8000}]}]
      """;

  @TempDir private Path directory;

  private record Said(int code, String out, String errors) {}

  private Path state() {
    return directory.resolve("state");
  }

  /** Runs a command of the lab in a process of its own, as the launcher does. */
  private Said lab(String... words) throws IOException, InterruptedException {
    return said(start(words));
  }

  private Said said(Process process) throws IOException, InterruptedException {
    int code = process.waitFor();
    return new Said(
        code,
        Files.readString(directory.resolve("out")),
        Files.readString(directory.resolve("errors")));
  }

  private Process start(String... words) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            "io.pointsman.lab.LabMain"));
    command.addAll(List.of(words).subList(0, 1));
    command.addAll(List.of("--state", state().toString()));
    command.addAll(List.of(words).subList(1, words.length));
    return new ProcessBuilder(command)
        .redirectOutput(directory.resolve("out").toFile())
        .redirectError(directory.resolve("errors").toFile())
        .start();
  }

  private Path file(String name, String text) throws IOException {
    return Files.writeString(directory.resolve(name), text);
  }

  @AfterEach
  void leavesNothing() throws IOException, InterruptedException {
    lab("down");
    assertThat(state().resolve("lab")).doesNotExist();
  }

  private void awaitAnswer(String from, String url, String answer)
      throws IOException, InterruptedException {
    String script =
        "for i in $(seq 50); do s=$(curl -gs -m 2 "
            + url
            + ") && echo \"$s\" && exit; sleep 0.05;"
            + " done; exit 1";
    Said said = lab("exec", from, "--", "sh", "-c", script);
    assertThat(said.out()).as("%s from %s: %s", url, from, said).startsWith(answer);
  }

  @ParameterizedTest
  @CsvSource({"nftables, host-routes", "iptables, overlay"})
  void aClusterServesUntilItIsTakenDown(String backend, String network) throws Exception {
    Path cluster = file("c.yaml", CLUSTER.replace("BACKEND", backend).replace("NETWORK", network));

    Said up = lab("up", cluster.toString());

    assertThat(up).as(up.toString()).returns(0, Said::code);
    assertThat(up.out()).contains("2 nodes, 2 pods, " + backend + ", " + network);
    awaitAnswer("shell", "http://10.96.0.20/", "a answers / for 10.244.2.");
    awaitAnswer("ext", "http://[fd00:29::c]:30080/x", "a answers /x for ");
    assertThat(lab("exec", "n1", "--", "sh", "-c", "exit 7").code()).isEqualTo(7);

    Said applied = lab("apply", "-f", file("more.yaml", MORE).toString());

    assertThat(applied.out()).as(applied.toString()).isEqualTo("Pod default/b created\n");
    awaitAnswer("ext", "http://172.29.0.12:8000/", "b answers / for 172.29.0.100");
    assertThat(lab("status").out()).contains("b      n2", "10.96.0.20");
    assertThat(lab("down").out()).isEqualTo("the lab 'lab' is down\n");
    assertThat(lab("status").code()).isEqualTo(2);
  }

  @Test
  void nothingOfAKilledLabIsLeft() throws Exception {
    String cluster = file("c.yaml", "nodes: [n1]\npods: [{name: a, node: n1}]\n").toString();
    assertThat(lab("up", cluster).code()).isZero();
    assertThat(lab("up", cluster).errors()).contains("a lab 'lab' is up already");
    try (NetworkNamespace witness = NetworkNamespace.create()) {
      String node = namespaceOf("n1");
      plug(node, "n1", witness);
      plug(namespaceOf("a"), "a", witness);

      ProcessHandle owner =
          ProcessHandle.of(Long.parseLong(Path.of(node).getName(1).toString())).orElseThrow();
      owner.destroyForcibly();
      owner.onExit().join();

      while (witness.exec("ip", "-o", "link").output().contains("of-")) {
        Thread.onSpinWait();
      }
    }
    assertThat(lab("status").errors()).contains("no lab 'lab' is up", "'down' removes it");
    assertThat(lab("up", cluster).code()).isZero();
  }

  private String namespaceOf(String place) {
    return new LabClient(StateDirectory.of(state(), "lab"), "lab")
        .ask("place", new Supervisor.Named(place), Supervisor.Place.class)
        .namespace();
  }

  /** A cable between a place and the witness: its end there goes with the place's namespace. */
  private static void plug(String namespace, String place, NetworkNamespace witness) {
    witness
        .exec(
            "ip",
            "link",
            "add",
            "of-" + place,
            "type",
            "veth",
            "peer",
            "name",
            "to-witness",
            "netns",
            namespace)
        .orThrow();
  }

  /** The moment is when the owner has begun to log: it is not up by far. */
  @Test
  void whoInterruptsIsToldSo() throws Exception {
    Path cluster =
        file("c.yaml", CLUSTER.replace("BACKEND", "nftables").replace("NETWORK", "host-routes"));
    Process up = start("up", cluster.toString());
    Path log = state().resolve("lab").resolve("log");
    Await.until(() -> Files.exists(log) && Files.size(log) > 0, () -> "never began: " + up);
    up.destroy();
    assertThat(said(up))
        .isEqualTo(new Said(143, "", "pointsman-lab: interrupted; the lab is not up\n"));
  }

  @Test
  void whatCannotComeUpLeavesNothing() throws Exception {
    Said unread = lab("up", file("c.yaml", "nodes: [n1]\nnode: n2\n").toString());
    assertThat(unread.code()).isEqualTo(2);
    assertThat(unread.errors()).contains("c.yaml:2:1: unknown key 'node'");

    String exhausted =
        """
        nodes: [n1]
        serviceCidrs: [10.96.0.0/30, "fd00:96::/112"]
        ---
        {apiVersion: v1, kind: Service, metadata: {name: a}, spec: {ports: [{port: 80}]}}
        ---
        {apiVersion: v1, kind: Service, metadata: {name: b}, spec: {ports: [{port: 80}]}}
        ---
        {apiVersion: v1, kind: Service, metadata: {name: c}, spec: {ports: [{port: 80}]}}
        ---
        {apiVersion: v1, kind: Service, metadata: {name: d}, spec: {ports: [{port: 80}]}}
        """;
    Said failed = lab("up", file("d.yaml", exhausted).toString());

    assertThat(failed.code()).as(failed.toString()).isEqualTo(2);
    assertThat(failed.errors()).contains("the range 10.96.0.0/30 is exhausted");
    assertThat(state().resolve("lab")).doesNotExist();
  }
}
