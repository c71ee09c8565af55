package io.pointsman.lab.cni;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pointsman.file.FileProblem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A network configuration list: plugins that are called one after the other.
 *
 * @param name the network's name
 * @param cniVersion the version of the protocol to speak, such as {@code 1.0.0}
 * @param plugins their configurations, at least one, each with {@code type}
 */
public record NetworkList(String name, String cniVersion, List<ObjectNode> plugins) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int INVALID_CONFIGURATION = 7;

  public NetworkList {
    plugins = List.copyOf(plugins);
  }

  /**
   * All lists of a directory, in the order of their files' names.
   *
   * @throws CniException naming the file that cannot be understood
   */
  public static List<NetworkList> readAll(Path directory) {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(file -> file.toString().endsWith(".conflist"))
          .sorted()
          .map(NetworkList::read)
          .toList();
    } catch (IOException unreadable) {
      throw new CniException(5, "cannot list " + directory + ": " + FileProblem.of(unreadable));
    }
  }

  private static NetworkList read(Path file) {
    try {
      return of(file.toString(), JSON.readTree(Files.readString(file)));
    } catch (IOException unreadable) {
      throw new CniException(6, file + " cannot be read as JSON: " + unreadable.getMessage());
    }
  }

  private static NetworkList of(String place, JsonNode tree) {
    String name = required(place, tree, "name");
    String version = required(place, tree, "cniVersion");
    List<ObjectNode> plugins = new ArrayList<>();
    for (JsonNode plugin : tree.path("plugins")) {
      required(place + ": plugin " + (plugins.size() + 1), plugin, "type");
      plugins.add((ObjectNode) plugin);
    }
    if (plugins.isEmpty()) {
      throw new CniException(
          INVALID_CONFIGURATION, place + ": 'plugins' must hold at least one plugin");
    }
    return new NetworkList(name, version, plugins);
  }

  private static String required(String place, JsonNode tree, String key) {
    String value = tree.path(key).asText();
    if (value.isEmpty()) {
      throw new CniException(INVALID_CONFIGURATION, place + ": the key '" + key + "' is missing");
    }
    return value;
  }
}
