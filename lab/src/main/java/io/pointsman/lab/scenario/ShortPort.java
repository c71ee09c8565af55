package io.pointsman.lab.scenario;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pointsman.net.Protocol;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A port in short: {@code NAME=PORT>TARGET/PROTOCOL:NODEPORT}, where only the port must be there.
 *
 * @param name empty when there is none
 * @param target a number or a name
 */
record ShortPort(
    String name, int port, Optional<String> target, Protocol protocol, Optional<Integer> nodePort) {
  private static final Pattern FORM =
      Pattern.compile(
          "(?:(?<name>[^=]*)=)?(?<port>[0-9]+)(?:>(?<target>[^/:]+))?"
              + "(?:/(?<protocol>[A-Za-z]+))?(?::(?<nodePort>[0-9]+))?");

  /**
   * Reads the form above.
   *
   * @throws IllegalArgumentException naming the text when it is something else
   */
  static ShortPort of(String text) {
    Matcher matcher = FORM.matcher(text);
    Optional<Protocol> protocol =
        matcher.matches()
            ? Protocol.named(Optional.ofNullable(matcher.group("protocol")).orElse("TCP"))
            : Optional.empty();
    if (protocol.isEmpty()) {
      throw new IllegalArgumentException(
          "'" + text + "' is no port; write [NAME=]PORT[>TARGET][/PROTOCOL][:NODEPORT]");
    }
    return new ShortPort(
        Optional.ofNullable(matcher.group("name")).orElse(""),
        Integer.parseInt(matcher.group("port")),
        Optional.ofNullable(matcher.group("target")),
        protocol.orElseThrow(),
        Optional.ofNullable(matcher.group("nodePort")).map(Integer::valueOf));
  }

  /** As an element of a Service's {@code spec.ports}. */
  ObjectNode ofService() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    if (!name.isEmpty()) {
      json.put("name", name);
    }
    json.put("protocol", protocol.name()).put("port", port);
    String to = target.orElse(String.valueOf(port));
    if (to.chars().allMatch(Character::isDigit)) {
      json.put("targetPort", Integer.parseInt(to));
    } else {
      json.put("targetPort", to);
    }
    nodePort.ifPresent(number -> json.put("nodePort", number));
    return json;
  }

  /** As an element of an EndpointSlice's {@code ports}. */
  ObjectNode ofSlice() {
    return JsonNodeFactory.instance
        .objectNode()
        .put("name", name)
        .put("protocol", protocol.name())
        .put("port", port);
  }
}
