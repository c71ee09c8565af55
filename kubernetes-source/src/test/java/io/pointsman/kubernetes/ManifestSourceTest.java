package io.pointsman.kubernetes;

import static io.pointsman.kubernetes.ManifestReaderTest.service;
import static org.assertj.core.api.Assertions.assertThat;

import io.pointsman.model.ObjectName;
import io.pointsman.snapshot.ClusterEvent.NodeSet;
import io.pointsman.snapshot.ClusterEvent.ServiceGone;
import io.pointsman.snapshot.ClusterEvent.ServiceSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManifestSourceTest {
  @TempDir Path folder;

  private final Heard heard = new Heard();
  private ManifestSource source = new ManifestSource(Path.of("unused"), "n1");

  private void follow(Path root) {
    source = new ManifestSource(root, "n1");
    source.start(heard);
  }

  @AfterEach
  void stop() {
    source.close();
  }

  private void write(String name, String text) throws IOException {
    Path unfinished = Files.writeString(folder.resolve(name + ".part"), text);
    Files.move(unfinished, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
  }

  private ServiceSet set(String name, String ip) {
    return heard.next(
        ServiceSet.class,
        set -> set.service().name().name().equals(name) && set.service().clusterIps().contains(ip));
  }

  private void gone(String name) {
    heard.next(ServiceGone.class, gone -> gone.name().equals(new ObjectName("default", name)));
  }

  @Test
  void followsAdditionsChangesRenamesAndDeletions() throws IOException {
    write("web.yaml", service("web", "10.0.0.1"));
    follow(folder);
    set("web", "10.0.0.1");
    assertThat(heard.next()).isEqualTo(new Heard.Synced());

    write("web.yaml", service("web", "10.0.0.2"));
    set("web", "10.0.0.2");
    write("dns.yaml", service("dns", "10.0.0.3"));
    set("dns", "10.0.0.3");
    Files.move(folder.resolve("dns.yaml"), folder.resolve("dns.off"));
    gone("dns");
    Files.move(folder.resolve("dns.off"), folder.resolve("name.yaml"));
    set("dns", "10.0.0.3");
    Files.delete(folder.resolve("web.yaml"));
    gone("web");
    assertThat(heard.rest()).isEmpty();
  }

  @Test
  void onlyDifferencesAreDelivered() throws IOException {
    write("a.yaml", service("a", "10.0.0.1"));
    write("b.yaml", service("b", "10.0.0.2"));
    follow(folder);
    heard.next(Heard.Synced.class);
    write("b.yaml", "# changed\n" + service("b", "10.0.0.2"));
    write("a.yaml", service("a", "10.0.0.9"));
    assertThat(heard.next())
        .isInstanceOfSatisfying(
            ServiceSet.class, set -> assertThat(set.service().name().name()).isEqualTo("a"));
  }

  @Test
  void newFoldersAreFollowed() throws IOException {
    follow(folder);
    heard.next(Heard.Synced.class);
    Files.createDirectories(folder.resolve("x/y"));
    Files.writeString(folder.resolve("x/y/web.yaml"), service("web", "10.0.0.1"));
    set("web", "10.0.0.1");
    Files.writeString(folder.resolve("x/y/web.yaml"), service("web", "10.0.0.2"));
    set("web", "10.0.0.2");
    Files.delete(folder.resolve("x/y/web.yaml"));
    Files.delete(folder.resolve("x/y"));
    gone("web");
  }

  @Test
  void aMountedConfigMapIsFollowedThroughItsLinks() throws IOException {
    version("..v1", service("web", "10.0.0.1"));
    Files.createSymbolicLink(folder.resolve("..data"), Path.of("..v1"));
    Files.createSymbolicLink(folder.resolve("web.yaml"), Path.of("..data/web.yaml"));
    follow(folder);
    set("web", "10.0.0.1");

    version("..v2", service("web", "10.0.0.2"));
    Files.createSymbolicLink(folder.resolve("..data_tmp"), Path.of("..v2"));
    Files.move(
        folder.resolve("..data_tmp"), folder.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
    set("web", "10.0.0.2");
  }

  private void version(String name, String text) throws IOException {
    Files.createDirectories(folder.resolve(name));
    Files.writeString(folder.resolve(name).resolve("web.yaml"), text);
  }

  @Test
  void aBadFileKeepsTheLastGoodStateAndIsToldOnce() throws IOException {
    write("web.yaml", service("web", "10.0.0.1"));
    follow(folder);
    heard.next(Heard.Synced.class);
    write("bad.yaml", "a: b\nc: [\n");
    assertThat(heard.next())
        .isInstanceOfSatisfying(
            Heard.Failing.class,
            failing -> assertThat(failing.message()).startsWith("bad.yaml:3:1: is not valid YAML"));
    write("web.yaml", service("web", "10.0.0.2"));
    write("bad.yaml", "kind: Service\n");
    assertThat(heard.next())
        .isInstanceOfSatisfying(
            Heard.Failing.class,
            failing -> assertThat(failing.message()).contains("apiVersion is missing"));
    Files.delete(folder.resolve("bad.yaml"));
    set("web", "10.0.0.2");
    assertThat(heard.next()).isEqualTo(new Heard.Recovered());
    assertThat(heard.rest()).isEmpty();
  }

  @Test
  void aShortErrorIsNotTold() throws IOException {
    source =
        new ManifestSource(
            folder,
            "n1",
            new ManifestSource.Timing(
                Duration.ofMillis(5),
                Duration.ofMillis(50),
                Duration.ofMinutes(10),
                Duration.ofMinutes(10)));
    source.start(heard);
    heard.next(Heard.Synced.class);
    Files.writeString(folder.resolve("web.yaml"), "apiVersion: [");
    write("web.yaml", service("web", "10.0.0.2"));
    assertThat(heard.next()).isInstanceOf(ServiceSet.class);
    assertThat(heard.rest()).isEmpty();
  }

  @Test
  void aSingleFileIsFollowed() throws IOException {
    write("web.yaml", service("web", "10.0.0.1"));
    follow(folder.resolve("web.yaml"));
    heard.next(Heard.Synced.class);
    write("other.yaml", service("other", "10.0.0.9"));
    write("web.yaml", service("web", "10.0.0.2"));
    assertThat(heard.next())
        .isInstanceOfSatisfying(
            ServiceSet.class,
            set -> assertThat(set.service().clusterIps()).containsExactly("10.0.0.2"));
    Files.delete(folder.resolve("web.yaml"));
    assertThat(heard.next()).isInstanceOf(Heard.Failing.class);
    write("web.yaml", service("web", "10.0.0.3"));
    set("web", "10.0.0.3");
    heard.next(Heard.Recovered.class);
  }

  @Test
  void aFolderMayComeLater() throws IOException {
    Path later = folder.resolve("later");
    follow(later);
    assertThat(heard.next(Heard.Failing.class).message()).contains("later: does not exist");
    Files.createDirectory(later);
    heard.next(Heard.Synced.class);
    heard.next(Heard.Recovered.class);
    Files.writeString(later.resolve("web.yaml"), service("web", "10.0.0.1"));
    set("web", "10.0.0.1");
  }

  @Test
  void onlyTheNamedNodeCounts() throws IOException {
    write(
        "nodes.yaml",
        """
        {apiVersion: v1, kind: Node, metadata: {name: n2}}
        ---
        {apiVersion: v1, kind: Node, metadata: {name: n1}}
        """);
    follow(folder);
    assertThat(heard.next())
        .isInstanceOfSatisfying(
            NodeSet.class, set -> assertThat(set.node().name()).isEqualTo("n1"));
    assertThat(heard.next()).isEqualTo(new Heard.Synced());
  }
}
