package io.pointsman.lab.control;

import com.fasterxml.jackson.databind.JsonNode;
import io.pointsman.lab.LabException;
import io.pointsman.lab.scenario.Manifest;
import java.time.Duration;
import java.util.Optional;

/**
 * How a pod is found ready: the {@code readinessProbe} of its first container, with the API's
 * defaults.
 *
 * @param question what is asked; empty for a pod without a probe, which is ready once it runs
 * @param initialDelay from the start of the pod to the first question
 * @param period between two questions
 * @param successes how many good answers in a row make it ready
 * @param failures how many bad ones in a row make it not ready
 */
public record ReadinessProbe(
    Optional<Question> question,
    Duration initialDelay,
    Duration period,
    int successes,
    int failures) {
  /** What is asked of a pod. */
  public sealed interface Question {
    int port();

    /** How long to wait for the answer. */
    Duration timeout();
  }

  /** A GET; a status of 200..399 is good. */
  public record Http(int port, String path, Duration timeout) implements Question {}

  /** A connection; that it is taken is good. */
  public record Tcp(int port, Duration timeout) implements Question {}

  /**
   * Reads a Pod's probe.
   *
   * @throws LabException when it is of a kind that the lab does not ask, or names no port
   */
  public static ReadinessProbe of(Manifest pod) {
    JsonNode probe = pod.at("/spec/containers/0/readinessProbe");
    return new ReadinessProbe(
        probe.isMissingNode() ? Optional.empty() : Optional.of(question(pod, probe)),
        Duration.ofSeconds(probe.path("initialDelaySeconds").asInt(0)),
        Duration.ofSeconds(probe.path("periodSeconds").asInt(10)),
        probe.path("successThreshold").asInt(1),
        probe.path("failureThreshold").asInt(3));
  }

  private static Question question(Manifest pod, JsonNode probe) {
    Duration timeout = Duration.ofSeconds(probe.path("timeoutSeconds").asInt(1));
    if (probe.has("httpGet")) {
      JsonNode get = probe.path("httpGet");
      return new Http(port(pod, get), get.path("path").asText("/"), timeout);
    }
    if (probe.has("tcpSocket")) {
      return new Tcp(port(pod, probe.path("tcpSocket")), timeout);
    }
    throw new LabException(
        pod.key() + " has a readinessProbe that the lab does not ask; use httpGet or tcpSocket");
  }

  private static int port(Manifest pod, JsonNode action) {
    return NamedPorts.of(pod)
        .number(action.path("port"), "TCP")
        .orElseThrow(() ->
            new LabException(
                pod.key()
                    + " has a readinessProbe on port "
                    + action.path("port")
                    + ", which no container names; use a number or one of its names"));
  }
}
