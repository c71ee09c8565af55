package io.pointsman.lab.control;

import com.fasterxml.jackson.databind.JsonNode;
import io.pointsman.lab.scenario.Manifest;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The ports that a pod's containers name, by {@code NAME/PROTOCOL}; of two the first counts. */
record NamedPorts(Map<String, Integer> numbers) {
  NamedPorts {
    numbers = Map.copyOf(numbers);
  }

  static NamedPorts of(Manifest pod) {
    Map<String, Integer> numbers = new HashMap<>();
    for (JsonNode container : pod.at("/spec/containers")) {
      for (JsonNode port : container.path("ports")) {
        numbers.putIfAbsent(
            port.path("name").asText() + "/" + port.path("protocol").asText("TCP"),
            port.path("containerPort").asInt());
      }
    }
    return new NamedPorts(numbers);
  }

  /** The number of a port that is given as such or by its name. */
  Optional<Integer> number(JsonNode port, String protocol) {
    return port.isNumber()
        ? Optional.of(port.asInt())
        : Optional.ofNullable(numbers.get(port.asText() + "/" + protocol));
  }
}
