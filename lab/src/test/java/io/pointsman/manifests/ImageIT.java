package io.pointsman.manifests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pointsman.apiserver.ApiServer;
import io.pointsman.lab.Lab;
import io.pointsman.lab.NeedsLab;
import io.pointsman.lab.Topology;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The image, run as the manifests say, in the network of a node, with an API server beside it and
 * real packets. {@code make image-test} makes the image first and says where it is.
 */
@NeedsLab
@Timeout(120)
class ImageIT {
  private static final List<String> OBJECTS =
      List.of(
          """
          {"apiVersion":"v1","kind":"Node","metadata":{"name":"node-a"},
           "status":{"addresses":[{"type":"InternalIP","address":"172.29.0.11"}]}}
          """,
          """
          {"apiVersion":"v1","kind":"Service","metadata":{"name":"web","namespace":"default"},
           "spec":{"type":"NodePort","clusterIP":"10.211.0.9","clusterIPs":["10.211.0.9"],
            "ipFamilies":["IPv4"],"ports":[{"port":80,"nodePort":30080,"protocol":"TCP"}]}}
          """,
          """
          {"apiVersion":"discovery.k8s.io/v1","kind":"EndpointSlice",
           "metadata":{"name":"web-1","namespace":"default",
            "labels":{"kubernetes.io/service-name":"web"}},
           "addressType":"IPv4","ports":[{"port":8080,"protocol":"TCP"}],
           "endpoints":[{"addresses":["10.210.1.11"],"conditions":{"ready":true}}]}
          """);

  /** As docs/operations/install.md removes the rules: in a pod of its own, without any mount. */
  private static final String CLEANUP =
      """
      {"command": ["kube-proxy", "--cleanup"], "securityContext": {"privileged": true}}
      """;

  private static final Duration PROBE_LIMIT = Duration.ofSeconds(30);
  private static final Duration PROBE_PERIOD = Duration.ofMillis(20);

  @TempDir private static Path shared;
  private static Path image = Path.of("");

  @TempDir private Path folder;

  @BeforeAll
  static void unpack() throws Exception {
    image = ImagePod.unpackedImage(shared);
  }

  @ParameterizedTest
  @CsvSource({
    "nftables, nftables",
    "iptables, iptables",
    "unprivileged, nftables",
    "unprivileged, iptables"
  })
  void aPodOfTheDaemonSetProxies(String manifest, String mode) throws Exception {
    JsonNode pod = ManifestFolder.built(manifest, "DaemonSet").at("/spec/template/spec");
    ImagePod node = new ImagePod(image, Files.createDirectory(folder.resolve("pod")));
    try (Lab lab = Lab.up(Topology.standard(1, 2));
        ApiServer api = lab.namespace("A").call(ApiServer::start)) {
      OBJECTS.forEach(api::put);
      node.configure(mode, api.url());
      for (JsonNode container : pod.path("initContainers")) {
        Process preparing = node.start(lab, container, "init");
        List<String> said = preparing.inputReader(StandardCharsets.UTF_8).readAllLines();
        assertThat(preparing.waitFor()).as(String.join("\n", said)).isZero();
      }
      JsonNode container = pod.at("/containers/0");
      Process agent = node.start(lab, container, "main");
      String log = untilFirstSync(agent);
      assertThat(lab.outcomes("ext", "172.29.0.11:30080"))
          .as(log)
          .containsExactly("a1:8080 from node-a");
      assertThat(lab.outcomes("a2", "10.211.0.9:80")).containsExactly("a1:8080 from client");
      assertThat(log).contains("Serving node node-a in mode " + mode).doesNotContain("/tmp");
      for (String probe : List.of("livenessProbe", "readinessProbe")) {
        JsonNode get = container.path(probe).path("httpGet");
        lab.namespace("A").run(() -> awaitSuccess(get));
      }
      agent.destroyForcibly().waitFor();
      Process cleanup = node.start(lab, new ObjectMapper().readTree(CLEANUP), "cleanup");
      List<String> said = cleanup.inputReader(StandardCharsets.UTF_8).readAllLines();
      assertThat(cleanup.waitFor()).as(String.join("\n", said)).isZero();
      assertThat(lab.outcomes("a2", "10.211.0.9:80")).doesNotContain("a1:8080 from client");
    }
  }

  /** CycloneDX names libraries by their coordinates, their files carry artifact and version. */
  @Test
  void theBillOfMaterialsNamesEachLibrary() throws IOException {
    Path program = image.resolve("rootfs/opt/pointsman");
    JsonNode bill = new ObjectMapper().readTree(program.resolve("bom.json").toFile());
    List<String> named = new ArrayList<>();
    bill.path("components")
        .forEach(
            part -> named.add(part.path("name").asText() + "-" + part.path("version").asText()));
    try (Stream<Path> files = Files.list(program.resolve("lib/app"))) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .filteredOn(name -> name.endsWith(".jar") && !name.startsWith("agent-"))
          .isNotEmpty()
          .allSatisfy(name -> assertThat(named).anyMatch(name::startsWith));
    }
  }

  private static String untilFirstSync(Process agent) throws IOException {
    List<String> log = new ArrayList<>();
    BufferedReader lines = agent.inputReader(StandardCharsets.UTF_8);
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      log.add(line);
      if (line.contains("IPv4: ") && line.contains("objects written")) {
        return String.join("\n", log);
      }
    }
    throw new AssertionError("the container ended: " + String.join("\n", log));
  }

  /** Asks as a kubelet does, again and again: the other family may not have been synced yet. */
  private static void awaitSuccess(JsonNode get) {
    String host = get.path("host").asText("127.0.0.1");
    URI uri =
        URI.create("http://" + host + ":" + get.path("port").asInt() + get.path("path").asText());
    long deadline = System.nanoTime() + PROBE_LIMIT.toNanos();
    int status = status(uri);
    while (status != 200 && System.nanoTime() - deadline < 0) {
      LockSupport.parkNanos(PROBE_PERIOD.toNanos());
      status = status(uri);
    }
    assertThat(status).as(uri.toString()).isEqualTo(200);
  }

  private static int status(URI uri) {
    try {
      return ((HttpURLConnection) uri.toURL().openConnection()).getResponseCode();
    } catch (IOException e) {
      throw new UncheckedIOException(uri + " cannot be asked", e);
    }
  }
}
