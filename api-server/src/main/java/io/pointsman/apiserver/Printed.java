package io.pointsman.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** Objects as a Table of meta.k8s.io/v1: what {@code kubectl get} asks for and prints. */
record Printed(InstantSource clock) {
  private static final String ACCEPTED = "as=Table;v=v1;g=meta.k8s.io";
  private static final int MINUTE = 60;

  /** True when the client would rather have a table. */
  static boolean isAskedBy(HttpRequest request) {
    for (String type : request.header("accept").split(",", -1)) {
      if (type.strip().equals("application/json;" + ACCEPTED)) {
        return true;
      }
    }
    return false;
  }

  /** A table of one object. */
  ObjectNode one(Stored object) {
    return table(object.resource(), List.of(object), object.version());
  }

  /** A page of a list as a table. */
  ObjectNode page(Resource resource, Page page) {
    ObjectNode table = table(resource, page.objects(), page.version());
    page.next().ifPresent(token -> table.withObject("/metadata").put("continue", token.text()));
    return table;
  }

  private ObjectNode table(Resource resource, List<Stored> objects, long version) {
    ObjectNode table = Json.object().put("kind", "Table").put("apiVersion", "meta.k8s.io/v1");
    table.putObject("metadata").put("resourceVersion", Long.toString(version));
    ArrayNode definitions = table.putArray("columnDefinitions");
    List<Columns.Column> columns = Columns.of(resource);
    define(definitions, "Name", "name", 0);
    columns.stream()
        .filter(column -> !column.wide())
        .forEach(column -> define(definitions, column.name(), "", 0));
    define(definitions, "Age", "", 0);
    columns.stream()
        .filter(Columns.Column::wide)
        .forEach(column -> define(definitions, column.name(), "", 1));
    ArrayNode rows = table.putArray("rows");
    objects.forEach(object -> row(rows.addObject(), object, columns));
    return table;
  }

  private static void define(ArrayNode definitions, String name, String format, int priority) {
    definitions
        .addObject()
        .put("name", name)
        .put("type", "string")
        .put("format", format)
        .put("description", "")
        .put("priority", priority);
  }

  private void row(ObjectNode row, Stored object, List<Columns.Column> columns) {
    ObjectNode tree = object.tree();
    ArrayNode cells = row.putArray("cells").add(object.key().name());
    List<Columns.Column> wide = new ArrayList<>();
    for (Columns.Column column : columns) {
      if (column.wide()) {
        wide.add(column);
      } else {
        cells.add(column.value().apply(tree));
      }
    }
    cells.add(age(tree.at("/metadata/creationTimestamp")));
    wide.forEach(column -> cells.add(column.value().apply(tree)));
    row.putObject("object")
        .put("kind", "PartialObjectMetadata")
        .put("apiVersion", "meta.k8s.io/v1")
        .set("metadata", tree.path("metadata"));
  }

  private String age(JsonNode created) {
    Duration age = Duration.between(Instant.parse(created.asText()), clock.instant());
    long seconds = Math.max(0, age.toSeconds());
    if (seconds < 2 * MINUTE) {
      return seconds + "s";
    }
    if (age.toMinutes() < 10) {
      return age.toMinutes() + "m" + rest(age.toSecondsPart(), "s");
    }
    if (age.toHours() < 3) {
      return age.toMinutes() + "m";
    }
    if (age.toHours() < 8) {
      return age.toHours() + "h" + rest(age.toMinutesPart(), "m");
    }
    return age.toDays() < 2 ? age.toHours() + "h" : age.toDays() + "d";
  }

  private static String rest(int number, String unit) {
    return number == 0 ? "" : number + unit;
  }
}
