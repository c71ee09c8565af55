package io.pointsman.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.pointsman.model.Service;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ManifestReaderTest {
  @TempDir Path folder;

  static String service(String name, String ip) {
    return """
    apiVersion: v1
    kind: Service
    metadata:
      name: %s
    spec:
      clusterIP: %s
      ports:
      - port: 80
    """
        .formatted(name, ip);
  }

  static Stream<Arguments> errors() {
    String head = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\n";
    String slice = "apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: {name: web}\n";
    return Stream.of(
        arguments("a: b\nc: [1,\nd: e\n", "web.yaml:4:1: is not valid YAML"),
        arguments("a: 'b\n", "web.yaml:2:1: is not valid YAML"),
        arguments("text\n", "web.yaml:1:1: a Kubernetes object is expected"),
        arguments("kind: Service\n", "web.yaml:1:1: apiVersion is missing"),
        arguments("apiVersion: v1\n", "web.yaml:1:1: kind is missing"),
        arguments("apiVersion: v1\nkind: Service\n", "web.yaml:1:1: metadata.name is missing"),
        arguments(
            "apiVersion: v1\nkind: Service\nmetadata: {name: 5}\n",
            "web.yaml:3:11: metadata.name is missing"),
        arguments(head, "web.yaml:1:1: spec: is missing"),
        arguments(
            head + "spec:\n  ports:\n  - port: abc\n",
            "web.yaml:6:11: spec.ports[0].port: a whole number is expected"),
        arguments(
            head + "spec:\n  ports:\n  - port: \"80\"\n",
            "web.yaml:6:11: spec.ports[0].port: a whole number is expected"),
        arguments(
            head + "spec:\n  ports:\n  - port: 8.5\n",
            "web.yaml:6:11: spec.ports[0].port: a whole number is expected"),
        arguments(
            head + "spec:\n  ports:\n  - port: 99999999999\n",
            "web.yaml:6:11: spec.ports[0].port: "),
        arguments(
            head + "spec:\n  ports:\n  - port: 0\n",
            "web.yaml:6:11: spec.ports[0].port: is 0, which is outside 1..65535"),
        arguments(
            head + "spec:\n  ports:\n  - name: x\n",
            "web.yaml:6:5: spec.ports[0].port: is missing"),
        arguments(
            head + "spec:\n  ports:\n  - {port: 1, protocol: ICMP}\n",
            "web.yaml:6:25: spec.ports[0].protocol: is 'ICMP', which is none of SCTP, TCP, UDP"),
        arguments(head + "spec:\n  ports: 80\n", "web.yaml:5:10: spec.ports: a list is expected"),
        arguments(head + "spec: 80\n", "web.yaml:4:7: spec: a mapping is expected"),
        arguments(
            head + "spec: {clusterIP: 10}\n", "web.yaml:4:19: spec.clusterIP: a text is expected"),
        arguments(head + "spec: {type: Nodeport}\n", "web.yaml:4:14: spec.type: is 'Nodeport'"),
        arguments(
            head + "spec: {externalTrafficPolicy: local}\n",
            "web.yaml:4:31: spec.externalTrafficPolicy: is 'local', which is none of Cluster"),
        arguments(
            head + "spec: {sessionAffinity: yes}\n", "web.yaml:4:25: spec.sessionAffinity: is"),
        arguments(
            head + "spec: {type: NodePort, type: ClusterIP}\n",
            "web.yaml:4:24: 'type' stands twice in one mapping"),
        arguments(head + "spec: &s {a: *s}\n", "is nested more than"),
        arguments(
            head + "spec: " + "[".repeat(20_000) + "\n",
            "web.yaml:4:106: is not valid YAML: it is nested more than 100 levels deep"),
        arguments(
            head + "spec: {clusterIP: !!int many}\n",
            "web.yaml:4:19: 'many' is no whole number: remove the tag !!int"),
        arguments(slice, "web.yaml:1:1: addressType: is missing"),
        arguments(slice + "addressType: ipv4\n", "web.yaml:4:14: addressType: is 'ipv4'"),
        arguments(
            slice + "addressType: IPv4\nendpoints:\n- nodeName: n1\n",
            "web.yaml:6:3: endpoints[0].addresses: is missing"),
        arguments(
            slice + "addressType: IPv4\nendpoints:\n- addresses: [a]\n  conditions: {ready: 1}\n",
            "web.yaml:7:23: endpoints[0].conditions.ready: true or false is expected"),
        arguments(
            service("a", "10.0.0.1") + "---\n" + service("a", "10.0.0.2"),
            "web.yaml:10:1: Service default/a already stands at web.yaml:1:1"));
  }

  @ParameterizedTest
  @MethodSource("errors")
  void saysWhereAndWhatIsWrong(String text, String message) {
    assertThatThrownBy(() -> ManifestReader.parse(text, "web.yaml"))
        .isInstanceOf(ManifestException.class)
        .hasMessageContaining(message)
        .message()
        .doesNotContain("\n");
  }

  @Test
  void readsFoldersListsAndJson() throws IOException {
    Files.createDirectories(folder.resolve("a/b"));
    Files.createDirectories(folder.resolve(".git"));
    Files.writeString(
        folder.resolve("a/b/one.yml"),
        service("one", "10.0.0.1") + "---\n# nothing\n---\n" + service("two", "10.0.0.2"));
    Files.writeString(
        folder.resolve("list.json"),
        """
        {"apiVersion": "v1", "kind": "List", "items": [
        \t{"apiVersion": "v1", "kind": "Service", "metadata": {"name": "three"},
        \t "spec": {"clusterIP": "10.0.0.3"}},
        \t{"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "x"}}]}
        """);
    Files.writeString(
        folder.resolve("typed.yaml"),
        "{apiVersion: v1, kind: ServiceList, items: [{metadata: {name: four}, spec: {clusterIP:"
            + " 10.0.0.4}}]}");
    Files.writeString(
        folder.resolve("knative.yaml"),
        "{apiVersion: serving.knative.dev/v1, kind: Service, metadata: {name: four}}");
    Files.writeString(folder.resolve(".git/x.yaml"), "not: read");
    Files.writeString(folder.resolve("notes.txt"), "not: [read");

    Manifests read = ManifestReader.read(folder);

    assertThat(read.services())
        .extracting(Service::name)
        .extracting(Object::toString)
        .containsExactlyInAnyOrder("default/one", "default/two", "default/three", "default/four");
    assertThat(read.ignored())
        .containsOnlyKeys("apps/v1 Deployment", "serving.knative.dev/v1 Service");
  }

  @Test
  void namesBothPlacesOfADuplicate() throws IOException {
    Files.createDirectories(folder.resolve("sub"));
    Files.writeString(folder.resolve("a.yaml"), service("web", "10.0.0.1"));
    Files.writeString(folder.resolve("sub/b.yaml"), service("web", "10.0.0.1"));
    assertThatThrownBy(() -> ManifestReader.read(folder))
        .hasMessageStartingWith("sub/b.yaml:1:1: Service default/web already stands at a.yaml:1:1");
  }

  @Test
  void aMissingFileIsNamed() {
    assertThatThrownBy(() -> ManifestReader.read(folder.resolve("none.yaml")))
        .isInstanceOf(ManifestException.class)
        .hasMessageContaining("none.yaml: does not exist");
  }

  @Test
  void aFileThatIsNoTextIsNamed() throws IOException {
    Files.write(folder.resolve("a.yaml"), new byte[] {(byte) 0xff, (byte) 0xfe, 0});
    assertThatThrownBy(() -> ManifestReader.read(folder.resolve("a.yaml")))
        .hasMessageStartingWith("a.yaml: is not UTF-8");
  }
}
