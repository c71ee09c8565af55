package io.pointsman.apiserver;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A request, as the API understands it.
 *
 * @param verb as in roles: get, list, watch, create, update, patch, delete, deletecollection; the
 *     method in small letters when the path names no objects
 * @param resource the plural, such as {@code services}; empty when the path names no objects
 * @param query the parameters, decoded
 */
public record ApiRequest(String verb, String resource, String path, Map<String, String> query) {
  public ApiRequest {
    query = Map.copyOf(query);
  }

  static ApiRequest of(String method, String path, Map<String, String> query) {
    Optional<Route> route = Route.of(path);
    return new ApiRequest(
        route
            .map(objects -> verb(method, objects, query))
            .orElseGet(() -> method.toLowerCase(Locale.ROOT)),
        route.map(objects -> objects.resource().plural()).orElse(""),
        path,
        query);
  }

  private static String verb(String method, Route route, Map<String, String> query) {
    return switch (method) {
      case "GET" -> !route.isCollection() ? "get" : isTrue(query.get("watch")) ? "watch" : "list";
      case "POST" -> "create";
      case "PUT" -> "update";
      case "PATCH" -> "patch";
      case "DELETE" -> route.isCollection() ? "deletecollection" : "delete";
      default -> method.toLowerCase(Locale.ROOT);
    };
  }

  static boolean isTrue(@org.jspecify.annotations.Nullable String parameter) {
    return "1".equals(parameter) || "true".equalsIgnoreCase(parameter);
  }

  /** True when it is this verb on this resource. */
  public boolean is(String askedVerb, String plural) {
    return verb.equals(askedVerb) && resource.equals(plural);
  }

  /** A parameter; empty when it was not given. */
  String parameter(String name) {
    return query.getOrDefault(name, "");
  }

  /** A parameter that is a number from 0 up; empty when it was not given or is empty. */
  Optional<Long> number(String name) {
    String text = parameter(name);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(Long.parseUnsignedLong(text)).filter(number -> number >= 0);
    } catch (NumberFormatException e) {
      throw StatusException.badRequest("parameter " + name + "=" + text + " is no number");
    }
  }
}
