package io.pointsman.lab.cni;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pointsman.lab.learn.NeedsPlugins;
import io.pointsman.netlink.netns.NetworkNamespace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The runtime with plugins of the test, that misbehave as told. */
@NeedsPlugins
class CniRuntimeTest {
  @TempDir private Path directory;

  private void plugin(String name, String script) throws IOException {
    Path log = directory.resolve("calls");
    Path program = directory.resolve(name);
    Files.writeString(
        program, "#!/bin/sh\necho \"$CNI_COMMAND " + name + "\" >> " + log + "\n" + script + "\n");
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
  }

  private NetworkList list(String json) throws IOException {
    Path lists = Files.createDirectories(directory.resolve("net.d"));
    Files.writeString(lists.resolve("10-net.conflist"), json);
    return NetworkList.readAll(lists).getFirst();
  }

  private List<String> calls() throws IOException {
    return Files.readAllLines(directory.resolve("calls"));
  }

  @Test
  void whatAPluginRefusesIsUndoneInAllAndSaidInItsWords() throws IOException {
    plugin("good", "[ $CNI_COMMAND = DEL ] || echo '{\"cniVersion\":\"1.0.0\"}'");
    plugin(
        "bad",
        "[ $CNI_COMMAND = DEL ] && exit 0\n"
            + "echo '{\"code\":101,\"msg\":\"no more\",\"details\":\"all taken\"}'; exit 1");
    NetworkList network =
        list(
            "{'name':'n','cniVersion':'1.0.0','plugins':[{'type':'good'},{'type':'bad'}]}"
                .replace('\'', '"'));
    try (NetworkNamespace node = NetworkNamespace.create();
        NetworkNamespace pod = NetworkNamespace.create()) {
      CniRuntime runtime = new CniRuntime(node, directory);
      Container container = new Container("c", pod, List.of());

      assertThatThrownBy(() -> runtime.add(network, container))
          .isInstanceOfSatisfying(
              CniException.class, error -> assertThat(error.code()).isEqualTo(101))
          .hasMessage("ADD by the plugin 'bad': no more (all taken)");
      assertThat(calls()).containsExactly("ADD good", "ADD bad", "DEL bad", "DEL good");

      assertThatThrownBy(() -> runtime.check(network, container))
          .hasMessage("'c' is not attached to 'n'");
    }
  }

  @Test
  void aMissingPluginIsSeenBeforeAnyIsCalled() throws IOException {
    plugin("good", "echo '{}'");
    NetworkList network =
        list(
            "{'name':'n','cniVersion':'1.0.0','plugins':[{'type':'good'},{'type':'gone'}]}"
                .replace('\'', '"'));
    try (NetworkNamespace node = NetworkNamespace.create()) {
      CniRuntime runtime = new CniRuntime(node, directory);
      assertThatThrownBy(() -> runtime.add(network, new Container("c", node, List.of())))
          .hasMessageContaining("network 'n' needs the plugin 'gone', which is not in");
      assertThat(directory.resolve("calls")).doesNotExist();
    }
  }

  @Test
  void aPluginThatSpeaksNoJsonIsNamed() throws IOException {
    plugin("odd", "[ $CNI_COMMAND = DEL ] || echo hello");
    NetworkList network =
        list("{'name':'n','cniVersion':'1.0.0','plugins':[{'type':'odd'}]}".replace('\'', '"'));
    try (NetworkNamespace node = NetworkNamespace.create()) {
      CniRuntime runtime = new CniRuntime(node, directory);
      assertThatThrownBy(() -> runtime.add(network, new Container("c", node, List.of())))
          .hasMessage("the plugin 'odd' said what is no JSON: hello");
    }
  }

  @Test
  void listsAndIdsThatCannotBeAreRefused() {
    assertThatThrownBy(() -> list("{'name':'n','plugins':[]}".replace('\'', '"')))
        .hasMessageContaining("10-net.conflist: the key 'cniVersion' is missing");
    assertThatThrownBy(() -> list("{'name':'n','cniVersion':'1.0.0'}".replace('\'', '"')))
        .hasMessageContaining("'plugins' must hold at least one plugin");
    assertThatThrownBy(() -> list("nonsense")).hasMessageContaining("cannot be read as JSON");
    try (NetworkNamespace any = NetworkNamespace.create()) {
      assertThatThrownBy(() -> new Container("../x", any, List.of()))
          .hasMessageContaining("'../x' is no container id");
    }
  }
}
