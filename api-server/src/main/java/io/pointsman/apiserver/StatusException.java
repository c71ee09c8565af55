package io.pointsman.apiserver;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** A request that is refused: becomes the v1 Status that a real API server answers. */
final class StatusException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final int code;
  private final String reason;
  private final transient ObjectNode details;

  private StatusException(int code, String reason, String message, ObjectNode details) {
    super(message);
    this.code = code;
    this.reason = reason;
    this.details = details;
  }

  static StatusException badRequest(String message) {
    return new StatusException(400, "BadRequest", message, Json.object());
  }

  static StatusException unknownPath() {
    return new StatusException(
        404, "NotFound", "the server could not find the requested resource", Json.object());
  }

  static StatusException notFound(Resource resource, String name) {
    return new StatusException(
        404, "NotFound", quoted(resource, name) + " not found", details(resource, name));
  }

  static StatusException methodNotAllowed() {
    return new StatusException(
        405,
        "MethodNotAllowed",
        "the server does not allow this method on the requested resource",
        Json.object());
  }

  static StatusException alreadyExists(Resource resource, String name) {
    return new StatusException(
        409, "AlreadyExists", quoted(resource, name) + " already exists", details(resource, name));
  }

  static StatusException conflict(Resource resource, String name, String why) {
    return new StatusException(
        409,
        "Conflict",
        "Operation cannot be fulfilled on " + quoted(resource, name) + ": " + why,
        details(resource, name));
  }

  static StatusException expired(String message) {
    return new StatusException(410, "Expired", message, Json.object());
  }

  static StatusException unsupportedMediaType(String accepted) {
    return new StatusException(
        415,
        "UnsupportedMediaType",
        "the body of the request was in an unknown format - accepted media types include: "
            + accepted,
        Json.object());
  }

  static StatusException invalid(Resource resource, String name, String why) {
    return new StatusException(
        422,
        "Invalid",
        resource.kind() + " \"" + name + "\" is invalid: " + why,
        details(resource, name).put("kind", resource.kind()));
  }

  static StatusException invalidOptions(String why) {
    return new StatusException(
        422, "Invalid", "ListOptions.meta.k8s.io \"\" is invalid: " + why, Json.object());
  }

  static StatusException internal(String message) {
    return new StatusException(
        500, "InternalError", "Internal error occurred: " + message, Json.object());
  }

  static StatusException tooLarge(long asked, long current) {
    ObjectNode details = Json.object();
    details
        .putArray("causes")
        .addObject()
        .put("reason", "ResourceVersionTooLarge")
        .put("message", "Too large resource version");
    return new StatusException(
        504,
        "Timeout",
        "Timeout: Too large resource version: " + asked + ", current: " + current,
        details.put("retryAfterSeconds", 1));
  }

  private static String quoted(Resource resource, String name) {
    return resource.qualified() + " \"" + name + "\"";
  }

  private static ObjectNode details(Resource resource, String name) {
    ObjectNode details = Json.object().put("name", name);
    if (!resource.group().isEmpty()) {
      details.put("group", resource.group());
    }
    return details.put("kind", resource.plural());
  }

  int code() {
    return code;
  }

  ObjectNode status() {
    return status(code, reason, String.valueOf(getMessage()), details);
  }

  /** A Status of failure. */
  static ObjectNode status(int code, String reason, String message, ObjectNode details) {
    ObjectNode status = Json.object().put("kind", "Status").put("apiVersion", "v1");
    status.putObject("metadata");
    status.put("status", "Failure").put("message", message).put("reason", reason);
    status.set("details", details.deepCopy());
    return status.put("code", code);
  }
}
