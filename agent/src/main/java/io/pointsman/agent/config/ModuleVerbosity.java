package io.pointsman.agent.config;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How much the source files of a name say in the log.
 *
 * @param filePattern name of a source file without its ending; {@code *} and {@code ?} stand for
 *     any letters and one letter
 * @param verbosity as of {@code -v}
 */
public record ModuleVerbosity(String filePattern, int verbosity) {
  /** As in a file. */
  Map<String, Object> tree() {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("filePattern", filePattern);
    tree.put("verbosity", verbosity);
    return tree;
  }
}
