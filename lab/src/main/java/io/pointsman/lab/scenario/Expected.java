package io.pointsman.lab.scenario;

import com.fasterxml.jackson.databind.JsonNode;
import io.pointsman.net.IpFamily;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a scenario's file says of an observation: all distinct outcomes, for each mode and family.
 */
public record Expected(Map<ProxyMode, Map<IpFamily, Set<String>>> outcomes) {
  /** {@code a1, b1 from client}, {@code a1:9090 from node-a}. */
  private static final Pattern ANSWERED = Pattern.compile("((?:\\w+,\\s*)*\\w+)(:\\d+)? from (.+)");

  public Expected {
    outcomes = Map.copyOf(outcomes);
  }

  /**
   * Reads {@code OUTCOME | OUTCOME} (where {@code a1, b1 from client} stands for answers of both,
   * on port 8080 unless another is named, and {@code rejected} for an ICMP error), a list of
   * outcomes, or one of these for each of {@code nftables}, {@code iptables} or {@code IPv4},
   * {@code IPv6}, one within the other if need be.
   *
   * @throws IllegalArgumentException naming what is wrong
   */
  static Expected read(JsonNode node) {
    Map<ProxyMode, Map<IpFamily, Set<String>>> all = new EnumMap<>(ProxyMode.class);
    for (ProxyMode mode : ProxyMode.values()) {
      Map<IpFamily, Set<String>> families = new EnumMap<>(IpFamily.class);
      for (IpFamily family : IpFamily.values()) {
        families.put(family, read(node, mode.toString(), family.toString()));
      }
      all.put(mode, families);
    }
    return new Expected(all);
  }

  private static Set<String> read(JsonNode node, String mode, String family) {
    if (node.isObject()) {
      Set<String> keys = new LinkedHashSet<>();
      node.fieldNames().forEachRemaining(keys::add);
      String chosen =
          keys.equals(names(ProxyMode.values()))
              ? mode
              : keys.equals(names(IpFamily.values())) ? family : "";
      if (chosen.isEmpty()) {
        throw new IllegalArgumentException(
            "outcomes differ by nftables and iptables, or by IPv4 and IPv6, not by " + keys);
      }
      return read(node.get(chosen), mode, family);
    }
    Set<String> outcomes = new TreeSet<>();
    for (JsonNode one : node.isArray() ? node : List.of(node)) {
      for (String text : one.asText().strip().split("\\s*\\|\\s*", -1)) {
        outcomes.addAll(spelledOut(text));
      }
    }
    if (outcomes.isEmpty() || outcomes.contains("")) {
      throw new IllegalArgumentException("no outcome is expected by '" + node + "'");
    }
    return outcomes;
  }

  /** As {@link io.pointsman.lab.packet.Outcome} spells it. */
  private static List<String> spelledOut(String text) {
    if (text.equals("rejected")) {
      return List.of("icmp-reject port-unreachable");
    }
    Matcher answered = ANSWERED.matcher(text);
    if (!answered.matches()) {
      return List.of(text);
    }
    String port = Optional.ofNullable(answered.group(2)).orElse(":8080");
    return Stream.of(answered.group(1).split(",\\s*", -1))
        .map(name -> name + port + " from " + answered.group(3))
        .toList();
  }

  private static Set<String> names(Enum<?>[] constants) {
    Set<String> names = new LinkedHashSet<>();
    for (Enum<?> constant : constants) {
      names.add(constant.toString());
    }
    return names;
  }

  Set<String> in(ProxyMode mode, IpFamily family) {
    return outcomes.getOrDefault(mode, Map.of()).getOrDefault(family, Set.of());
  }
}
