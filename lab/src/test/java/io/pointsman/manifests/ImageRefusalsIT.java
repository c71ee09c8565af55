package io.pointsman.manifests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pointsman.lab.Lab;
import io.pointsman.lab.NeedsLab;
import io.pointsman.lab.Topology;
import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The image started wrongly: without what it needs, or with a ConfigMap that has an error. One line
 * of the container's log, the last one where it ends, says what to change.
 */
@NeedsLab
@Timeout(120)
class ImageRefusalsIT {
  private static final String NOWHERE = "http://127.0.0.1:1";

  @TempDir private static Path shared;
  private static Path image = Path.of("");

  @TempDir private Path folder;

  @BeforeAll
  static void unpack() throws Exception {
    image = ImagePod.unpackedImage(shared);
  }

  private final ObjectNode container;

  ImageRefusalsIT() throws Exception {
    container =
        (ObjectNode)
            ManifestFolder.built("unprivileged", "DaemonSet")
                .at("/spec/template/spec/containers/0");
  }

  private ImagePod pod() throws Exception {
    ImagePod pod = new ImagePod(image, Files.createDirectory(folder.resolve("pod")));
    pod.configure("nftables", NOWHERE);
    return pod;
  }

  /** The last line of a container that ends by itself, and not well. */
  private String lastWord(ImagePod pod) throws Exception {
    try (Lab lab = Lab.up(Topology.standard(1, 0))) {
      Process agent = pod.start(lab, container, "main");
      List<String> said = agent.inputReader(StandardCharsets.UTF_8).readAllLines();
      assertThat(agent.waitFor()).as(String.join("\n", said)).isNotZero();
      assertThat(said).isNotEmpty().noneMatch(line -> line.startsWith("\tat "));
      return said.getLast();
    }
  }

  /** All that is said until a line has this text; the container is ended then. */
  private List<String> until(ImagePod pod, String text) throws Exception {
    try (Lab lab = Lab.up(Topology.standard(1, 0))) {
      return until(pod.start(lab, container, "main"), text);
    }
  }

  private static List<String> until(Process agent, String text) throws Exception {
    List<String> said = new ArrayList<>();
    BufferedReader log = agent.inputReader(StandardCharsets.UTF_8);
    String line = log.readLine();
    while (line != null) {
      said.add(line);
      if (line.contains(text)) {
        return said;
      }
      line = log.readLine();
    }
    throw new AssertionError("'" + text + "' was never said: " + String.join("\n", said));
  }

  @ParameterizedTest
  @ValueSource(strings = {"nftables", "iptables"})
  void withoutTheCapabilityItSaysWhichOne(String mode) throws Exception {
    ImagePod pod = pod();
    pod.configure(mode, NOWHERE);
    ((ObjectNode) container.at("/securityContext/capabilities")).remove("add");
    assertThat(lastWord(pod)).startsWith("pointsman: ").contains("CAP_NET_ADMIN");
  }

  @Test
  void withoutTheConfigMapItSaysWhichFile() throws Exception {
    withoutMount("kube-proxy");
    assertThat(lastWord(pod())).contains("/var/lib/kube-proxy/config.conf");
  }

  private void withoutMount(String name) {
    ArrayNode mounts = (ArrayNode) container.path("volumeMounts");
    for (int i = mounts.size() - 1; i >= 0; i--) {
      if (mounts.path(i).path("name").asText().equals(name)) {
        mounts.remove(i);
      }
    }
  }

  @Test
  void withoutTheKubeconfigItSaysWhichFile() throws Exception {
    ImagePod pod = pod();
    Files.delete(pod.configuration("kubeconfig.conf"));
    assertThat(lastWord(pod))
        .contains("/var/lib/kube-proxy/kubeconfig.conf", "no such file or folder");
  }

  @Test
  void withoutTheTokenItSaysWhatToMount() throws Exception {
    ImagePod pod = pod();
    Files.delete(pod.volume(ImageContainer.ACCOUNT).resolve("token"));
    assertThat(lastWord(pod)).contains(ImageContainer.ACCOUNT + "/token", "mount");
  }

  @Test
  void withoutAPlaceForItsSocketItServesAndSaysWhatCannotAsk() throws Exception {
    withoutMount("agent-socket");
    assertThat(until(pod(), "/run/pointsman/agent.sock").getLast())
        .contains("cannot ask this agent", "--agent-socket");
  }

  /** Where the host's iptables are legacy; those of the nft flavour take no lock. */
  @ParameterizedTest
  @CsvSource({"true, false", "false, true"})
  void withoutTheHostsLockOfIptablesItServesAndSaysWhatToMount(boolean mounted, boolean told)
      throws Exception {
    container.withArray("/securityContext/capabilities/add").add("NET_RAW");
    if (!mounted) {
      withoutMount("xtables-lock");
    }
    ImagePod pod = pod();
    pod.configure("iptables", NOWHERE);
    ObjectNode check = container.deepCopy();
    check.putArray("command").add("/usr/local/bin/pointsman").add("check").add("--mode=iptables");
    try (Lab lab = Lab.up(Topology.standard(1, 0))) {
      Process kubelet =
          lab.start(
              "A",
              new ProcessBuilder("iptables-legacy", "-t", "mangle", "-N", "KUBE-IPTABLES-HINT"));
      assertThat(kubelet.waitFor()).isZero();
      for (List<String> said :
          List.of(
              until(pod.start(lab, container, "main"), "Serving node node-a in mode iptables"),
              pod.start(lab, check, "check").inputReader(StandardCharsets.UTF_8).readAllLines())) {
        assertThat(said.stream().filter(line -> line.contains("/run/xtables.lock")).toList())
            .as(String.join("\n", said))
            .hasSize(told ? 1 : 0)
            .allMatch(line -> line.contains("; mount the host's /run/xtables.lock there"));
      }
    }
  }

  /** The kernel loads modules itself, by the host's modprobe. */
  @ParameterizedTest
  @ValueSource(strings = {"nftables", "iptables"})
  void withoutTheHostsModulesItServes(String mode) throws Exception {
    withoutMount("lib-modules");
    ImagePod pod = pod();
    pod.configure(mode, NOWHERE);
    container.withArray("/securityContext/capabilities/add").add("NET_RAW");
    until(pod, "Serving node node-a in mode " + mode);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "mode: nftables| mode: [nft| is not valid YAML",
        "mode: nftables| mode: ebpf| KubeProxyConfiguration.mode",
        "mode: nftables| nodePortAddresses: [banana]| nodePortAddresses[0]",
        "mode: nftables| conntrack: {min: many}| conntrack.min"
      })
  void anErrorInTheConfigMapIsToldWithItsPlace(String right, String wrong, String told)
      throws Exception {
    ImagePod pod = pod();
    String text = Files.readString(pod.configuration("config.conf"));
    assertThat(text).contains(right);
    pod.write("config.conf", text.replace(right, wrong));
    assertThat(lastWord(pod)).startsWith("pointsman: ").contains(told, "/config.conf:");
  }

  @Test
  void anUnknownFieldIsToldWithItsPlaceAndDoesNotKeepItFromServing() throws Exception {
    ImagePod pod = pod();
    String text = Files.readString(pod.configuration("config.conf"));
    pod.write("config.conf", text + "clusterCDIR: 10.0.0.0/8\n");
    assertThat(until(pod, "Serving node node-a"))
        .anyMatch(
            line -> line.contains("unknown field \"clusterCDIR\"") && line.contains(".conf:"));
  }

  /**
   * What the init container of the unprivileged manifest would have set is named, one line each.
   */
  @Test
  void settingsThatItCannotWriteAreNamedWithTheCommand() throws Exception {
    List<String> said = until(pod(), "Serving node node-a");
    Stream.of("nf_conntrack_tcp_timeout_established", "nf_conntrack_tcp_timeout_close_wait")
        .forEach(setting ->
            assertThat(said)
                .anyMatch(line ->
                    line.contains("the file system is read-only")
                        && line.contains("> /proc/sys/net/netfilter/" + setting)));
  }

  /** As of an image for another architecture, if its programs could be started at all. */
  @Test
  void librariesOfAnotherArchitectureAreToldAsSuch() throws Exception {
    ImagePod pod = pod();
    Path natives = Files.createDirectory(folder.resolve("natives"));
    Files.write(natives.resolve("libjnidispatch.so"), elfOfAnotherMachine());
    pod.addVolume("natives", natives);
    container
        .withArray("/volumeMounts")
        .addObject()
        .put("name", "natives")
        .put("mountPath", "/opt/pointsman/native");
    assertThat(lastWord(pod)).contains("pointsman: a native library is not for this machine");
  }

  /** The library of this image with another machine in its header (ELF: e_machine at 18). */
  private static byte[] elfOfAnotherMachine() throws Exception {
    byte[] library =
        Files.readAllBytes(image.resolve("rootfs/opt/pointsman/native/libjnidispatch.so"));
    library[18] = (byte) (library[18] ^ 0x55);
    return library;
  }
}
