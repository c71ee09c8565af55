package io.pointsman.lab.scenario;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pointsman.lab.packet.HttpAsk;
import io.pointsman.lab.packet.HttpReply;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Turns HTTP answers into the lines in which they were recorded. */
final class HttpLines {
  private static final List<String> HEADERS =
      List.of("content-type", "x-content-type-options", "x-load-balancing-endpoint-weight");

  private static final ObjectMapper JSON = new ObjectMapper();

  private HttpLines() {}

  static Set<String> of(HttpAsk.Result result, Set<Step.Show> show) {
    return switch (result) {
      case HttpAsk.Result.Failed failed -> Set.of(failed.outcome().toString());
      case HttpAsk.Result.Replied replied -> of(replied.reply(), show);
    };
  }

  private static Set<String> of(HttpReply reply, Set<Step.Show> show) {
    Set<String> lines = new LinkedHashSet<>();
    lines.add("status " + reply.status());
    if (show.contains(Step.Show.HEADERS)) {
      for (String name : HEADERS) {
        if (reply.headers().containsKey(name)) {
          lines.add(name + ": " + reply.headers().get(name));
        }
      }
    }
    if (show.contains(Step.Show.RAW)) {
      lines.add("raw " + JSON.getNodeFactory().textNode(reply.body()));
    }
    if (show.contains(Step.Show.BODY) && !reply.body().isEmpty()) {
      lines.add("body " + sorted(parsed(reply.body())));
    }
    if (show.contains(Step.Show.KEYS)) {
      lines.addAll(keys(parsed(reply.body())));
    }
    return lines;
  }

  private static JsonNode parsed(String body) {
    try {
      return JSON.readTree(body);
    } catch (JsonProcessingException notJson) {
      return JSON.getNodeFactory().textNode(body);
    }
  }

  /** Keys sorted, a space behind each colon and comma. */
  private static String sorted(JsonNode node) {
    if (node.isObject()) {
      TreeMap<String, String> parts = new TreeMap<>();
      node.properties().forEach(one -> parts.put(one.getKey(), sorted(one.getValue())));
      return parts.entrySet().stream()
          .map(one -> "\"" + one.getKey() + "\": " + one.getValue())
          .collect(Collectors.joining(", ", "{", "}"));
    }
    return node.toString();
  }

  private static List<String> keys(JsonNode node) {
    List<String> lines = new ArrayList<>();
    List<String> names = new ArrayList<>();
    node.fieldNames().forEachRemaining(names::add);
    lines.add("keys " + String.join(" ", names));
    for (var one : node.properties()) {
      if (one.getValue().isBoolean()) {
        lines.add(one.getKey() + (one.getValue().asBoolean() ? " True" : " False"));
      }
    }
    List<String> families = new ArrayList<>();
    node.path("status").fieldNames().forEachRemaining(families::add);
    if (!families.isEmpty()) {
      lines.add("families " + families.stream().sorted().collect(Collectors.joining(" ")));
    }
    return lines;
  }
}
