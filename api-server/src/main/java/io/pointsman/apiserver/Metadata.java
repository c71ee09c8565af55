package io.pointsman.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The part of an object that the server itself writes. */
final class Metadata {
  /** What generated names end in: no vowels, no digits that look like letters. */
  private static final String LETTERS = "bcdfghjklmnpqrstvwxz2456789";

  private static final int GENERATED = 5;

  private Metadata() {}

  /**
   * Sets name, uid, creationTimestamp and generation of an object, which is changed; one that
   * terminates goes on doing so.
   */
  static void complete(Resource resource, Key key, ObjectNode object, @Nullable Stored before) {
    ObjectNode metadata = object.withObject("/metadata");
    metadata.put("name", key.name());
    if (resource.namespaced()) {
      metadata.put("namespace", key.namespace());
    } else {
      metadata.remove("namespace");
    }
    metadata.put("uid", before == null ? uid() : before.uid());
    metadata.put(
        "creationTimestamp",
        before == null
            ? Instant.now().truncatedTo(ChronoUnit.SECONDS).toString()
            : before.created());
    if (before != null && before.terminating() && !metadata.has("deletionTimestamp")) {
      JsonNode marked = before.tree().path("metadata");
      for (String mark : List.of("deletionTimestamp", "deletionGracePeriodSeconds")) {
        metadata.set(mark, marked.path(mark));
      }
    }
    if (resource.counted()) {
      metadata.put("generation", generation(object, before));
    } else {
      metadata.remove("generation");
    }
  }

  /** A random UUID (RFC 9562, version 4); nobody may rely on its being hard to guess. */
  private static String uid() {
    RandomGenerator random = ThreadLocalRandom.current();
    long high = (random.nextLong() & ~0xF000L) | 0x4000L;
    long low = (random.nextLong() >>> 2) | 1L << 63;
    return new UUID(high, low).toString();
  }

  private static long generation(ObjectNode object, @Nullable Stored before) {
    if (before == null) {
      return 1;
    }
    boolean same = desired(before.tree()).equals(desired(object));
    return before.generation() + (same ? 0 : 1);
  }

  private static JsonNode desired(ObjectNode object) {
    ObjectNode desired = Json.object();
    object
        .properties()
        .forEach(field -> {
          switch (field.getKey()) {
            case "metadata", "status", "kind", "apiVersion" -> {}
            default -> desired.set(field.getKey(), field.getValue());
          }
        });
    return desired;
  }

  /** A name that begins like this. */
  static String generated(String prefix) {
    StringBuilder name = new StringBuilder(prefix);
    ThreadLocalRandom.current()
        .ints(GENERATED, 0, LETTERS.length())
        .forEach(index -> name.append(LETTERS.charAt(index)));
    return name.toString();
  }
}
