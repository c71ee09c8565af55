package io.pointsman.manifests;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * A container as a manifest describes it, for runc: what a kubelet makes of command, environment,
 * mounts and security context (OCI runtime specification 1.0).
 */
final class ImageContainer {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Where Kubernetes mounts the service account's token. */
  static final String ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount";

  /**
   * Of those that a privileged container has, the ones that the agent uses and a test may have to
   * give: CAP_SYS_RESOURCE, for the OOM score, is not always among them.
   */
  private static final List<String> PRIVILEGED =
      List.of("CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_NET_ADMIN", "CAP_NET_RAW", "CAP_SYS_ADMIN");

  /** What a container runtime gives when nothing is said, as far as it matters here. */
  private static final List<String> DEFAULT =
      List.of("CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_NET_RAW");

  private ImageContainer() {}

  /** Unpacks an OCI archive; answers the bundle: {@code rootfs} and {@code config.json}. */
  static Path unpack(Path archive, Path folder) throws IOException, InterruptedException {
    Path layout = Files.createDirectory(folder.resolve("layout"));
    run("tar", "-x", "-C", layout.toString(), "-f", archive.toString());
    String version =
        JSON.readTree(layout.resolve("index.json").toFile())
            .at("/manifests/0/annotations")
            .path("org.opencontainers.image.ref.name")
            .asText();
    Path bundle = folder.resolve("bundle");
    run("umoci", "unpack", "--keep-dirlinks", "--image", layout + ":" + version, bundle.toString());
    return bundle;
  }

  private static void run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(String.join(" ", command) + ": " + said);
    }
  }

  /**
   * Writes a bundle for one container.
   *
   * @param image the bundle of the image
   * @param container its part of the manifest
   * @param nodeName what {@code spec.nodeName} is
   * @param volumes where the pod's volumes are, by name; {@link #ACCOUNT} names the token's
   * @param folder new; gets the bundle
   */
  static Path bundle(
      Path image, JsonNode container, String nodeName, Map<String, Path> volumes, Path folder)
      throws IOException {
    ObjectNode config = (ObjectNode) JSON.readTree(image.resolve("config.json").toFile());
    ObjectNode process = (ObjectNode) config.path("process");
    process.put("terminal", false);
    ArrayNode arguments = process.putArray("args");
    Stream.of("command", "args")
        .<JsonNode>mapMulti((field, each) -> container.path(field).forEach(each))
        .forEach(word -> arguments.add(word.asText().replace("$(NODE_NAME)", nodeName)));
    container
        .path("env")
        .forEach(variable ->
            ((ArrayNode) process.path("env")).add(variable.path("name").asText() + "=" + nodeName));
    rights(config, container.path("securityContext"));
    ObjectNode root = (ObjectNode) config.path("root");
    root.put("path", image.resolve("rootfs").toString());
    root.put("readonly", container.at("/securityContext/readOnlyRootFilesystem").asBoolean());
    ArrayNode mounts = (ArrayNode) config.path("mounts");
    for (JsonNode mount : container.path("volumeMounts")) {
      mount(
          mounts,
          volume(volumes, mount.path("name").asText()),
          mount.path("mountPath").asText(),
          mount.path("readOnly").asBoolean());
    }
    mount(mounts, volume(volumes, ACCOUNT), ACCOUNT, true);
    shareNetwork((ObjectNode) config.path("linux"));
    JSON.writeValue(Files.createDirectory(folder).resolve("config.json").toFile(), config);
    return folder;
  }

  private static void rights(ObjectNode config, JsonNode context) {
    boolean privileged = context.path("privileged").asBoolean();
    Set<String> capabilities = new TreeSet<>(privileged ? PRIVILEGED : DEFAULT);
    if (context.at("/capabilities/drop").path(0).asText().equals("ALL")) {
      capabilities.clear();
    }
    context.at("/capabilities/add").forEach(name -> capabilities.add("CAP_" + name.asText()));
    ObjectNode process = (ObjectNode) config.path("process");
    ObjectNode sets = process.putObject("capabilities");
    for (String set : List.of("bounding", "effective", "permitted")) {
      capabilities.forEach(sets.withArray(set)::add);
    }
    process.put("noNewPrivileges", !context.path("allowPrivilegeEscalation").asBoolean(true));
    ArrayNode readOnly = ((ObjectNode) config.path("linux")).putArray("readonlyPaths");
    if (!privileged) {
      readOnly.add("/proc/sys");
    }
  }

  private static Path volume(Map<String, Path> volumes, String name) {
    return Objects.requireNonNull(volumes.get(name), () -> "the test has no volume " + name);
  }

  private static void mount(ArrayNode mounts, Path source, String target, boolean readOnly) {
    ObjectNode mount = mounts.addObject();
    mount.put("destination", target).put("type", "bind").put("source", source.toString());
    mount.withArray("options").add("rbind").add(readOnly ? "ro" : "rw");
  }

  /** {@code hostNetwork: true}: the namespace in which runc is started. */
  private static void shareNetwork(ObjectNode linux) {
    ArrayNode namespaces = linux.putArray("namespaces");
    for (String type : List.of("pid", "ipc", "uts", "mount")) {
      namespaces.addObject().put("type", type);
    }
  }

  /** Runs a bundle; nothing of it outlives the process that this command starts. */
  static List<String> command(Path bundle) {
    return List.of(
        "unshare",
        "--pid",
        "--fork",
        "--kill-child",
        "--mount-proc",
        "runc",
        "--root",
        bundle.resolve("state").toString(),
        "run",
        "--bundle",
        bundle.toString(),
        "pointsman-" + ProcessHandle.current().pid() + "-" + bundle.getFileName());
  }
}
