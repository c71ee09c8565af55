package io.pointsman.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Base64;

/**
 * Where the next page of a list begins.
 *
 * @param version the version of the state that all pages show
 * @param last the last object that has been shown
 * @param left how many follow it; 0 when nobody counted
 */
record ContinueToken(long version, Key last, long left) {
  static ContinueToken parse(String text) {
    try {
      JsonNode token = Json.tree(Base64.getUrlDecoder().decode(text));
      if (!token.path("rv").isIntegralNumber() || !token.path("name").isTextual()) {
        throw new IllegalArgumentException("fields are missing");
      }
      return new ContinueToken(
          token.path("rv").asLong(),
          new Key(token.path("namespace").asText(), token.path("name").asText()),
          token.path("left").asLong());
    } catch (IOException | IllegalArgumentException e) {
      throw StatusException.badRequest("continue key is not valid: " + e.getMessage());
    }
  }

  String text() {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(
            Json.bytes(
                Json.object()
                    .put("v", "meta.k8s.io/v1")
                    .put("rv", version)
                    .put("namespace", last.namespace())
                    .put("name", last.name())
                    .put("left", left)));
  }
}
