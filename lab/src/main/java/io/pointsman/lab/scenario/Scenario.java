package io.pointsman.lab.scenario;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A scenario: what there is at first, what happens, and how the proxy is configured.
 *
 * @param name the file's name without its ending
 * @param title one line in plain words
 * @param modes the modes that it is about
 * @param proxyNodes names of the nodes on which a proxy runs
 * @param configuration what it changes in the proxy's configuration; {@code backend} stands for the
 *     section of the running mode
 * @param quirks patterns of observation keys, with what kube-proxy does there that is not wanted
 * @param nondeterministic patterns of observation keys that are not compared
 * @param untraced why packets fare otherwise than the proxy's own rules can tell
 */
public record Scenario(
    String name,
    String title,
    Set<ProxyMode> modes,
    List<String> proxyNodes,
    ObjectNode configuration,
    List<Manifest> objects,
    List<NumberedStep> steps,
    Map<String, String> quirks,
    List<String> nondeterministic,
    Optional<String> untraced) {
  public Scenario {
    modes = Set.copyOf(modes);
    proxyNodes = List.copyOf(proxyNodes);
    configuration = configuration.deepCopy();
    objects = List.copyOf(objects);
    steps = List.copyOf(steps);
    quirks = Map.copyOf(quirks);
    nondeterministic = List.copyOf(nondeterministic);
  }

  /**
   * A step with its place.
   *
   * @param number 1 for the first
   * @param modes the modes in which it happens
   * @param expected what the file says of all that the step observes
   */
  public record NumberedStep(
      int number, Set<ProxyMode> modes, Step step, Optional<Expected> expected) {
    public NumberedStep {
      modes = Set.copyOf(modes);
    }
  }

  /** Why kube-proxy's answer under this key is not to be copied, if the scenario says so. */
  public Optional<String> quirk(String key) {
    return quirks.entrySet().stream()
        .filter(entry -> matches(entry.getKey(), key))
        .map(Map.Entry::getValue)
        .findFirst();
  }

  /** Whether answers under this key are a matter of chance. */
  public boolean isChance(String key) {
    return nondeterministic.stream().anyMatch(pattern -> matches(pattern, key));
  }

  /** A star stands for any text. */
  private static boolean matches(String pattern, String key) {
    String[] parts = pattern.split("\\*", -1);
    int at = parts[0].length();
    if (!key.startsWith(parts[0])) {
      return false;
    }
    for (int i = 1; i < parts.length; i++) {
      boolean last = i == parts.length - 1;
      int found = last ? key.length() - parts[i].length() : key.indexOf(parts[i], at);
      if (found < at || !key.startsWith(parts[i], found)) {
        return false;
      }
      at = found + parts[i].length();
    }
    return at == key.length();
  }
}
