package io.pointsman.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** An object as it is kept: encoded once, with what selectors ask for beside it. Never changes. */
final class Stored {
  private static final byte[] ITEM_HEAD = ascii("{\"metadata\":{\"resourceVersion\":\"");
  private static final int BEFORE_METADATA = "{\"metadata\":{".length();

  private final Resource resource;
  private final Key key;
  private final long version;

  /** Its JSON from behind the resourceVersion, with the quote, to the end. */
  private final byte[] tail;

  private final Map<String, String> labels;
  private final Map<String, String> fields;
  private final String uid;
  private final String created;
  private final long generation;
  private final boolean terminating;

  private Stored(Stored like, long version) {
    this.resource = like.resource;
    this.key = like.key;
    this.version = version;
    this.tail = like.tail;
    this.labels = like.labels;
    this.fields = like.fields;
    this.uid = like.uid;
    this.created = like.created;
    this.generation = like.generation;
    this.terminating = like.terminating;
  }

  private Stored(Resource resource, Key key, long version, byte[] tail, ObjectNode object) {
    JsonNode metadata = object.path("metadata");
    this.resource = resource;
    this.key = key;
    this.version = version;
    this.tail = tail;
    this.labels = texts(metadata.path("labels"));
    this.fields = selectable(resource, object);
    this.uid = metadata.path("uid").asText();
    this.created = metadata.path("creationTimestamp").asText();
    this.generation = metadata.path("generation").asLong();
    this.terminating = metadata.has("deletionTimestamp");
  }

  /** Encodes an object; its metadata must have all but the resourceVersion. */
  static Stored of(Resource resource, Key key, long version, ObjectNode object) {
    ObjectNode metadata = object.withObject("/metadata");
    ObjectNode text = Json.object();
    ObjectNode described = text.putObject("metadata");
    described.setAll(metadata);
    described.remove("resourceVersion");
    object
        .properties()
        .forEach(field -> {
          if (!text.has(field.getKey())
              && !field.getKey().equals("kind")
              && !field.getKey().equals("apiVersion")) {
            text.set(field.getKey(), field.getValue());
          }
        });
    byte[] whole = Json.bytes(text);
    byte[] tail = new byte[whole.length - BEFORE_METADATA + 2];
    tail[0] = '"';
    tail[1] = ',';
    System.arraycopy(whole, BEFORE_METADATA, tail, 2, tail.length - 2);
    return new Stored(resource, key, version, tail, object);
  }

  private static Map<String, String> texts(JsonNode labels) {
    Map<String, String> texts = new HashMap<>();
    labels.properties().forEach(label -> texts.put(label.getKey(), label.getValue().asText()));
    return Map.copyOf(texts);
  }

  private static Map<String, String> selectable(Resource resource, JsonNode object) {
    Map<String, String> values = new HashMap<>();
    for (String field : resource.selectable()) {
      JsonNode value = object.at("/" + field.replace('.', '/'));
      if (value.isValueNode()) {
        values.put(field, value.asText());
      }
    }
    return Map.copyOf(values);
  }

  Stored withVersion(long changed) {
    return new Stored(this, changed);
  }

  /** True when they read the same but for their resourceVersions. */
  boolean sameBut(Stored other) {
    return Arrays.equals(tail, other.tail);
  }

  Resource resource() {
    return resource;
  }

  Key key() {
    return key;
  }

  /** Its resourceVersion. */
  long version() {
    return version;
  }

  Map<String, String> labels() {
    return labels;
  }

  /** Values of the selectable fields that it has. */
  Map<String, String> fields() {
    return fields;
  }

  String uid() {
    return uid;
  }

  String created() {
    return created;
  }

  /** 0 for kinds without. */
  long generation() {
    return generation;
  }

  /** True when its deletion was asked for. */
  boolean terminating() {
    return terminating;
  }

  /** Writes it as an element of a list, where the list names the kind. */
  void writeItem(OutputStream out) throws IOException {
    out.write(ITEM_HEAD);
    out.write(ascii(Long.toString(version)));
    out.write(tail);
  }

  /** Writes it as it stands alone. */
  void write(OutputStream out) throws IOException {
    out.write(ascii(resource.head()));
    out.write(ascii(Long.toString(version)));
    out.write(tail);
  }

  byte[] bytes() {
    ByteArrayOutputStream out = new ByteArrayOutputStream(tail.length + 128);
    try {
      write(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  ObjectNode tree() {
    try {
      return (ObjectNode) Json.tree(bytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
