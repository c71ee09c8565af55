package io.pointsman.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/** The answer to a request. */
sealed interface Reply {
  /** A document. */
  record Document(int code, Map<String, String> headers, JsonNode body) implements Reply {
    static Document of(JsonNode body) {
      return new Document(200, Map.of(), body);
    }
  }

  /** Plain text. */
  record Text(String body) implements Reply {}

  /** An object. */
  record One(int code, Stored object) implements Reply {}

  /** A list of objects. */
  record Listing(Resource resource, Page page) implements Reply {}

  /** A stream of events. */
  record Watching(Watch watch) implements Reply {}

  /** A stream of a single event: the watch could not be opened. */
  record WatchRefused(StatusException why) implements Reply {}
}
