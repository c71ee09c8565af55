package io.pointsman.manifests;

import com.fasterxml.jackson.databind.JsonNode;
import io.pointsman.lab.Lab;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** What a pod of the DaemonSet finds on its node: its volumes, with files in them. */
final class ImagePod {
  private final Path image;
  private final Path folder;
  private final Map<String, Path> volumes = new LinkedHashMap<>();

  /**
   * A pod whose ConfigMap is still empty.
   *
   * @param image the bundle of the image
   * @param folder empty; gets all that the pod has
   */
  ImagePod(Path image, Path folder) throws Exception {
    this.image = image;
    this.folder = folder;
    for (String name : new String[] {"kube-proxy", "lib-modules", "agent-socket"}) {
      volumes.put(name, Files.createDirectory(folder.resolve(name)));
    }
    volumes.put("xtables-lock", Files.createFile(folder.resolve("xtables.lock")));
    Path account = Files.createDirectory(folder.resolve("account"));
    Files.writeString(account.resolve("token"), "token");
    Files.writeString(account.resolve("ca.crt"), someCertificate());
    volumes.put(ImageContainer.ACCOUNT, account);
  }

  /** The image that {@code make image-test} made, unpacked to this empty folder. */
  static Path unpackedImage(Path folder) throws IOException, InterruptedException {
    String archive =
        Objects.requireNonNull(System.getenv("POINTSMAN_IMAGE"), "run 'make image-test'");
    return ImageContainer.unpack(Path.of(archive), folder);
  }

  /** One that can be read; nothing is encrypted here. */
  private static String someCertificate() throws Exception {
    Path trusted = Path.of(System.getProperty("java.home"), "lib/security/cacerts");
    KeyStore store = KeyStore.getInstance(trusted.toFile(), (char[]) null);
    byte[] first = store.getCertificate(store.aliases().nextElement()).getEncoded();
    return "-----BEGIN CERTIFICATE-----\n"
        + Base64.getMimeEncoder().encodeToString(first)
        + "\n-----END CERTIFICATE-----\n";
  }

  /** The ConfigMap of this mode with the two values that are a cluster's own. */
  void configure(String mode, String server) throws IOException {
    JsonNode data = ManifestFolder.built(mode, "ConfigMap").path("data");
    write(
        "config.conf", data.path("config.conf").asText().replace("10.244.0.0/16", "10.210.0.0/16"));
    write(
        "kubeconfig.conf",
        data.path("kubeconfig.conf")
            .asText()
            .replace("https://kubernetes.example.com:6443", server));
  }

  /** A key of the ConfigMap. */
  Path configuration(String key) {
    return volume("kube-proxy").resolve(key);
  }

  void write(String key, String text) throws IOException {
    Files.writeString(configuration(key), text);
  }

  /** Where a volume is on the host; {@link ImageContainer#ACCOUNT} names the token's. */
  Path volume(String name) {
    return Objects.requireNonNull(volumes.get(name), name);
  }

  /** One more volume, for a container that mounts it. */
  void addVolume(String name, Path source) {
    volumes.put(name, source);
  }

  /** Starts a container of the pod on node A; its log is the process's output. */
  Process start(Lab lab, JsonNode container, String name) throws IOException {
    Path bundle = ImageContainer.bundle(image, container, "node-a", volumes, folder.resolve(name));
    return lab.start(
        "A", new ProcessBuilder(ImageContainer.command(bundle)).redirectErrorStream(true));
  }
}
