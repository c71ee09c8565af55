package io.pointsman.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * A request to delete an object. A pod on a node is given time: it stays, marked, until whoever
 * runs it deletes it with a grace of 0; everything else goes at once.
 *
 * @param options the DeleteOptions of meta/v1
 * @param grace seconds; empty when the pod shall say
 */
record Deletion(JsonNode options, Optional<Long> grace) {
  /** The API's default for a pod's {@code terminationGracePeriodSeconds}. */
  private static final long DEFAULT_GRACE = 30;

  /** Reads the request's parameters and the options in its body, which count more. */
  static Deletion of(ApiRequest request, JsonNode options) {
    JsonNode inBody = options.path("gracePeriodSeconds");
    return new Deletion(
        options,
        inBody.isNumber() ? Optional.of(inBody.asLong()) : request.number("gracePeriodSeconds"));
  }

  /**
   * The object as it stays for its grace; empty when it goes now.
   *
   * @throws StatusException when it is not the object that the request means
   */
  Optional<ObjectNode> parting(Stored before) {
    Preconditions.check(options.path("preconditions"), before);
    if (!before.resource().plural().equals("pods")) {
      return Optional.empty();
    }
    ObjectNode pod = before.tree();
    String phase = pod.at("/status/phase").asText();
    boolean runs =
        !pod.at("/spec/nodeName").asText().isEmpty()
            && !phase.equals("Succeeded")
            && !phase.equals("Failed");
    long seconds =
        grace.orElseGet(() -> pod.at("/spec/terminationGracePeriodSeconds").asLong(DEFAULT_GRACE));
    if (!runs || seconds <= 0) {
      return Optional.empty();
    }
    ObjectNode metadata = pod.withObject("/metadata");
    JsonNode already = metadata.path("deletionGracePeriodSeconds");
    if (!already.isNumber() || already.asLong() > seconds) {
      Instant end = Instant.now().truncatedTo(ChronoUnit.SECONDS).plusSeconds(seconds);
      metadata.put("deletionTimestamp", end.toString()).put("deletionGracePeriodSeconds", seconds);
    }
    return Optional.of(pod);
  }
}
