package io.pointsman.lab.cni;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pointsman.netlink.netns.CommandResult;
import io.pointsman.netlink.netns.NetworkNamespace;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Calls the plugins of network lists for the containers of one node. Safe for use by several
 * threads; keeping one container's calls in order is the caller's part, as with any CNI runtime.
 */
public final class CniRuntime {
  /** Where Debian's package containernetworking-plugins puts them. */
  public static final Path DEBIAN_PLUGINS = Path.of("/usr/lib/cni");

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int UNKNOWN_CONTAINER = 3;
  private static final int DECODING_FAILURE = 6;
  private static final int INVALID_CONFIGURATION = 7;

  private record Key(String network, String container) {}

  /** What DEL must be told again: plugins keep nothing, port mappings are the runtime's to know. */
  private record Attached(Container container, JsonNode result) {}

  private final NetworkNamespace node;
  private final Path plugins;
  private final Map<Key, Attached> attached = new ConcurrentHashMap<>();

  /**
   * @param node where the plugins run, and where they make bridges and rules
   * @param plugins the directory of the plugins' programs
   */
  public CniRuntime(NetworkNamespace node, Path plugins) {
    this.node = node;
    this.plugins = plugins;
  }

  /**
   * Attaches the network.
   *
   * @return the result of the last plugin: interfaces, addresses, routes
   * @throws CniException with what the plugin said; the network is not attached then
   */
  public JsonNode add(NetworkList network, Container container) {
    network.plugins().forEach(plugin -> program(network, plugin));
    JsonNode previous = MissingNode.getInstance();
    try {
      for (ObjectNode plugin : network.plugins()) {
        previous = call("ADD", network, plugin, container, previous);
      }
    } catch (CniException failed) {
      undo(network, container, previous, failed);
      throw failed;
    }
    attached.put(key(network, container), new Attached(container, previous));
    return previous;
  }

  private void undo(
      NetworkList network, Container container, JsonNode reached, CniException failed) {
    try {
      delete(network, container, reached);
    } catch (CniException twice) {
      failed.addSuppressed(twice);
    }
  }

  /**
   * Asks the plugins whether all is still as they left it.
   *
   * @throws CniException saying what is not
   */
  public void check(NetworkList network, Container container) {
    Attached known = attached.get(key(network, container));
    if (known == null) {
      throw new CniException(
          UNKNOWN_CONTAINER,
          "'" + container.id() + "' is not attached to '" + network.name() + "'");
    }
    network
        .plugins()
        .forEach(plugin -> call("CHECK", network, plugin, known.container(), known.result()));
  }

  /**
   * Detaches the network with what ADD was given; of one that is not attached, nothing is left to
   * do.
   */
  public void delete(NetworkList network, Container container) {
    Attached known =
        attached.getOrDefault(
            key(network, container), new Attached(container, MissingNode.getInstance()));
    delete(network, known.container(), known.result());
    attached.remove(key(network, container));
  }

  private void delete(NetworkList network, Container container, JsonNode result) {
    network.plugins().reversed().forEach(plugin -> call("DEL", network, plugin, container, result));
  }

  private static Key key(NetworkList network, Container container) {
    return new Key(network.name(), container.id());
  }

  private JsonNode call(
      String command,
      NetworkList network,
      ObjectNode plugin,
      Container container,
      JsonNode previous) {
    CommandResult said =
        node.execWithInput(
            configuration(network, plugin, container, previous).toString(),
            "env",
            "CNI_COMMAND=" + command,
            "CNI_CONTAINERID=" + container.id(),
            "CNI_NETNS=" + container.namespace().path(),
            "CNI_IFNAME=" + Container.INTERFACE,
            "CNI_PATH=" + plugins,
            program(network, plugin).toString());
    if (said.exitCode() != 0) {
      throw refused(command, plugin, said);
    }
    return said.output().isBlank() ? MissingNode.getInstance() : parsed(plugin, said.output());
  }

  private Path program(NetworkList network, ObjectNode plugin) {
    Path program = plugins.resolve(type(plugin));
    if (program.getParent() == null || !program.getParent().equals(plugins)) {
      throw new CniException(
          INVALID_CONFIGURATION, "'" + type(plugin) + "' is a path, not the name of a plugin");
    }
    if (!Files.isExecutable(program)) {
      throw new CniException(
          INVALID_CONFIGURATION,
          "network '"
              + network.name()
              + "' needs the plugin '"
              + type(plugin)
              + "', which is not in "
              + plugins
              + "; install it (Debian package containernetworking-plugins) or correct 'type'");
    }
    return program;
  }

  private static String type(ObjectNode plugin) {
    return plugin.path("type").asText();
  }

  /** What a plugin reads: its own part with what the runtime adds (specification, section 3). */
  private static ObjectNode configuration(
      NetworkList network, ObjectNode plugin, Container container, JsonNode previous) {
    ObjectNode configuration = plugin.deepCopy();
    configuration.remove("capabilities");
    configuration.put("name", network.name()).put("cniVersion", network.cniVersion());
    if (!previous.isMissingNode()) {
      configuration.set("prevResult", previous);
    }
    if (plugin.path("capabilities").path("portMappings").asBoolean()
        && !container.ports().isEmpty()) {
      ArrayNode mappings = configuration.putObject("runtimeConfig").putArray("portMappings");
      for (Container.PortMapping mapping : container.ports()) {
        mappings
            .addObject()
            .put("hostPort", mapping.hostPort())
            .put("containerPort", mapping.containerPort())
            .put("protocol", "tcp");
      }
    }
    return configuration;
  }

  private static CniException refused(String command, ObjectNode plugin, CommandResult said) {
    JsonNode error = parsed(plugin, said.output().isBlank() ? "{}" : said.output());
    String details = error.path("details").asText();
    String message = error.path("msg").asText(said.errors().strip());
    return new CniException(
        error.path("code").asInt(100),
        command
            + " by the plugin '"
            + type(plugin)
            + "': "
            + message
            + (details.isEmpty() ? "" : " (" + details + ")"));
  }

  private static JsonNode parsed(ObjectNode plugin, String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException malformed) {
      throw new CniException(
          DECODING_FAILURE,
          "the plugin '" + type(plugin) + "' said what is no JSON: " + text.strip());
    }
  }

  /** The addresses of a result, with their prefix lengths. */
  public static List<String> addresses(JsonNode result) {
    return result.path("ips").findValuesAsText("address");
  }
}
