package io.pointsman.lab.scenario;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a scenario's observations must be.
 *
 * @param recorded distinct outcomes by observation key
 * @param better those keys whose answers replace recorded ones, because copying those is not wanted
 */
public record Answers(SortedMap<String, Set<String>> recorded, Set<String> better) {
  public Answers {
    recorded = Collections.unmodifiableSortedMap(new TreeMap<>(recorded));
    better = Set.copyOf(better);
  }

  /** No answers: everything is only observed. */
  public static Answers none() {
    return new Answers(new TreeMap<>(), Set.of());
  }

  /**
   * Reads {@code NAME.MODE.json}, and over it {@code NAME.better.json} and {@code
   * NAME.MODE.better.json} where they exist.
   *
   * @throws ScenarioException when the first is missing or one cannot be understood
   */
  public static Answers load(Path folder, String name, ProxyMode mode) {
    TreeMap<String, Set<String>> answers = new TreeMap<>(read(folder, name + "." + mode));
    Set<String> better = new TreeSet<>();
    for (String file : List.of(name + ".better", name + "." + mode + ".better")) {
      if (Files.exists(folder.resolve(file + ".json"))) {
        SortedMap<String, Set<String>> replacing = read(folder, file);
        answers.putAll(replacing);
        better.addAll(replacing.keySet());
      }
    }
    return new Answers(answers, better);
  }

  private static SortedMap<String, Set<String>> read(Path folder, String name) {
    Path file = folder.resolve(name + ".json");
    try {
      JsonNode root = new ObjectMapper().readTree(Files.readString(file));
      TreeMap<String, Set<String>> answers = new TreeMap<>();
      for (var answer : root.path("answers").properties()) {
        Set<String> outcomes = new TreeSet<>();
        answer.getValue().forEach(outcome -> outcomes.add(outcome.asText()));
        answers.put(answer.getKey(), Collections.unmodifiableSet(outcomes));
      }
      return answers;
    } catch (IOException unreadable) {
      throw new ScenarioException(
          "cannot read answers from " + file + ": " + unreadable, unreadable);
    }
  }

  public Optional<Set<String>> get(String key) {
    return Optional.ofNullable(recorded.get(key));
  }
}
