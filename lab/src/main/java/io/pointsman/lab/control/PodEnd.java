package io.pointsman.lab.control;

import com.fasterxml.jackson.databind.JsonNode;
import io.pointsman.lab.scenario.Manifest;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;

/**
 * How a pod ends whose deletion was asked for.
 *
 * @param delay how long it goes on as if nothing were: its {@code preStop} hook of the action
 *     {@code sleep}, or of a command that sleeps
 * @param grace how long its process may take after that
 */
record PodEnd(Duration delay, Duration grace) {
  private static final Pattern SLEEP =
      Pattern.compile("(?:(?:/bin/)?sh -c )?(?:/bin/)?sleep ([0-9]{1,6})");

  static PodEnd of(Manifest pod) {
    Duration whole = Duration.ofSeconds(pod.at("/metadata/deletionGracePeriodSeconds").asLong(0));
    Duration asked = delay(pod.at("/spec/containers/0/lifecycle/preStop"));
    Duration delay = asked.compareTo(whole) < 0 ? asked : whole;
    return new PodEnd(delay, whole.minus(delay));
  }

  private static Duration delay(JsonNode hook) {
    List<String> command =
        StreamSupport.stream(hook.at("/exec/command").spliterator(), false)
            .map(JsonNode::asText)
            .toList();
    Matcher sleep = SLEEP.matcher(String.join(" ", command));
    return Duration.ofSeconds(
        sleep.matches() ? Long.parseLong(sleep.group(1)) : hook.at("/sleep/seconds").asLong(0));
  }
}
