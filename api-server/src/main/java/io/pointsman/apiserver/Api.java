package io.pointsman.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Requests to answers, with the store's objects. Refuses by {@link StatusException}. */
final class Api {
  /** How long a watch lasts whose client does not say. */
  private static final Duration WATCH_TIMEOUT = Duration.ofMinutes(30);

  private static final String PATCHES =
      "application/json-patch+json, application/merge-patch+json,"
          + " application/strategic-merge-patch+json";

  private final Store store;
  private final Reviews reviews;

  Api(Store store, Reviews reviews) {
    this.store = store;
    this.reviews = reviews;
  }

  Reply answer(HttpRequest request) {
    Optional<Route> route = Route.of(request.api().path());
    if (route.isPresent()) {
      return answer(request, route.get());
    }
    if (request.method().equals("POST") && Reviews.isAt(request.api().path())) {
      return new Reply.Document(
          201, Map.of(), reviews.of(request.api().path(), asObject(body(request))));
    }
    if (!request.method().equals("GET")) {
      throw StatusException.unknownPath();
    }
    return switch (request.api().path()) {
      case "/healthz", "/livez", "/readyz" -> new Reply.Text("ok");
      default ->
          Discovery.document(request.api().path(), request.header("host"))
              .or(() -> OpenApi.document(request.api().path()))
              .map(Reply.Document::of)
              .orElseThrow(StatusException::unknownPath);
    };
  }

  private Reply answer(HttpRequest request, Route route) {
    if (!request.api().parameter("dryRun").isEmpty()) {
      throw StatusException.badRequest("this API server has no dry run: leave dryRun out");
    }
    Reply whole = wholeAnswer(request, route);
    return route
        .subresource()
        .filter(part -> whole instanceof Reply.One)
        .map(part -> (Reply) Reply.Document.of(part.of(((Reply.One) whole).object())))
        .orElse(whole);
  }

  private Reply wholeAnswer(HttpRequest request, Route route) {
    return switch (request.api().verb()) {
      case "get" ->
          new Reply.One(
              200,
              store
                  .get(route.resource(), route.key())
                  .orElseThrow(() -> StatusException.notFound(route.resource(), route.name())));
      case "list" -> list(request.api(), route);
      case "watch" -> watch(request.api(), route);
      case "create" -> new Reply.One(201, create(request, route));
      case "update" -> new Reply.One(200, update(request, route));
      case "patch" -> new Reply.One(200, patch(request, route));
      case "delete" -> delete(request, route);
      case "deletecollection" -> deleteCollection(request.api(), route);
      default -> throw StatusException.methodNotAllowed();
    };
  }

  private static Filter filter(ApiRequest request, Route route) {
    return new Filter(
        route.namespace(),
        LabelSelector.parse(request.parameter("labelSelector")),
        FieldSelector.parse(route.resource(), request.parameter("fieldSelector")));
  }

  private Reply list(ApiRequest request, Route route) {
    String token = request.parameter("continue");
    long asked = request.number("resourceVersion").orElse(0L);
    if (token.isEmpty() && asked > store.version()) {
      throw StatusException.tooLarge(asked, store.version());
    }
    Page page =
        store.list(
            route.resource(),
            filter(request, route),
            request.number("limit").orElse(0L),
            token.isEmpty() ? Optional.empty() : Optional.of(ContinueToken.parse(token)));
    return new Reply.Listing(route.resource(), page);
  }

  private Reply watch(ApiRequest request, Route route) {
    String match = request.parameter("resourceVersionMatch");
    String initial = request.parameter("sendInitialEvents");
    if (!initial.isEmpty() && !match.equals("NotOlderThan")) {
      throw StatusException.invalidOptions(
          "resourceVersionMatch: Forbidden: sendInitialEvents requires setting"
              + " resourceVersionMatch to NotOlderThan");
    }
    if (initial.isEmpty() && !match.isEmpty()) {
      throw StatusException.invalidOptions(
          "resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden for watch unless"
              + " sendInitialEvents is provided");
    }
    boolean initialEvents = ApiRequest.isTrue(initial);
    Optional<Long> from = request.number("resourceVersion").filter(version -> version > 0);
    if (initialEvents && from.isPresent() && from.get() > store.version()) {
      throw StatusException.tooLarge(from.get(), store.version());
    }
    WatchOptions options =
        new WatchOptions(
            initialEvents ? Optional.empty() : from,
            initialEvents,
            !initial.isEmpty() && !initialEvents,
            ApiRequest.isTrue(request.parameter("allowWatchBookmarks")),
            request.number("timeoutSeconds").map(Duration::ofSeconds).orElse(WATCH_TIMEOUT));
    try {
      return new Reply.Watching(store.watch(route.resource(), filter(request, route), options));
    } catch (StatusException why) {
      if (why.code() == 410) {
        return new Reply.WatchRefused(why);
      }
      throw why;
    }
  }

  private static ObjectNode object(HttpRequest request, Route route) {
    if (!request.mediaType().equals("application/json") && !request.mediaType().isEmpty()) {
      throw StatusException.unsupportedMediaType("application/json");
    }
    ObjectNode object = asObject(body(request));
    String kind = object.path("kind").asText(route.resource().kind());
    String apiVersion = object.path("apiVersion").asText(route.resource().apiVersion());
    if (!kind.equals(route.resource().kind())
        || !apiVersion.equals(route.resource().apiVersion())) {
      throw StatusException.badRequest(
          apiVersion
              + " "
              + kind
              + " in the body of the request does not belong to this path, which takes "
              + route.resource().apiVersion()
              + " "
              + route.resource().kind());
    }
    String namespace = object.path("metadata").path("namespace").asText("");
    if (!namespace.isEmpty() && !namespace.equals(route.namespace())) {
      throw StatusException.badRequest(
          "the namespace of the provided object does not match the namespace sent on the request");
    }
    return object;
  }

  private static JsonNode body(HttpRequest request) {
    try {
      return Json.tree(request.body());
    } catch (IOException e) {
      throw StatusException.badRequest("the body of the request is no JSON: " + e.getMessage());
    }
  }

  private Stored create(HttpRequest request, Route route) {
    Resource resource = route.resource();
    if (!route.isCollection() || (resource.namespaced() && route.namespace().isEmpty())) {
      throw StatusException.methodNotAllowed();
    }
    ObjectNode object = object(request, route);
    JsonNode metadata = object.path("metadata");
    if (!metadata.path("resourceVersion").asText("").isEmpty()) {
      throw StatusException.internal("resourceVersion should not be set on objects to be created");
    }
    String prefix = metadata.path("generateName").asText("");
    String name = metadata.path("name").asText("");
    if (name.isEmpty() && prefix.isEmpty()) {
      throw StatusException.invalid(
          resource, "", "metadata.name: Required value: name or generateName is required");
    }
    String chosen = name.isEmpty() ? Metadata.generated(prefix) : name;
    return store.change(
        resource,
        new Key(route.namespace(), chosen),
        before -> {
          if (before != null) {
            throw StatusException.alreadyExists(resource, chosen);
          }
          return object;
        });
  }

  private Stored update(HttpRequest request, Route route) {
    if (route.isCollection()) {
      throw StatusException.methodNotAllowed();
    }
    JsonNode sent = route.subresource().isPresent() ? body(request) : object(request, route);
    return store.change(
        route.resource(),
        route.key(),
        before -> {
          if (before == null) {
            throw StatusException.notFound(route.resource(), route.name());
          }
          return changed(route, before, asObject(sent));
        });
  }

  private Stored patch(HttpRequest request, Route route) {
    if (route.isCollection()) {
      throw StatusException.methodNotAllowed();
    }
    JsonNode patch = body(request);
    return store.change(
        route.resource(),
        route.key(),
        before -> {
          if (before == null) {
            throw StatusException.notFound(route.resource(), route.name());
          }
          ObjectNode target =
              route.subresource().map(part -> part.of(before)).orElseGet(before::tree);
          return changed(route, before, patched(request.mediaType(), before, target, patch));
        });
  }

  /** The whole object when it, or the part that the route names, has become this. */
  private static ObjectNode changed(Route route, Stored before, ObjectNode now) {
    ObjectNode checked = Preconditions.checked(now, before);
    return route.subresource().map(part -> part.put(before, checked)).orElse(checked);
  }

  private static ObjectNode asObject(JsonNode body) {
    if (body instanceof ObjectNode object) {
      return object;
    }
    throw StatusException.badRequest("the body of the request is no object");
  }

  private static ObjectNode patched(
      String mediaType, Stored before, ObjectNode target, JsonNode patch) {
    try {
      JsonNode after =
          switch (mediaType) {
            case "application/merge-patch+json" -> MergePatch.apply(target, patch);
            case "application/json-patch+json" -> JsonPatch.apply(target, patch);
            case "application/strategic-merge-patch+json" ->
                StrategicMerge.apply(before.resource(), target, patch);
            default -> throw StatusException.unsupportedMediaType(PATCHES);
          };
      if (after instanceof ObjectNode object) {
        return object;
      }
      throw StatusException.badRequest("the patch does not leave an object");
    } catch (IllegalArgumentException unfit) {
      throw StatusException.invalid(
          before.resource(), before.key().name(), String.valueOf(unfit.getMessage()));
    }
  }

  private Reply delete(HttpRequest request, Route route) {
    Deletion deletion =
        Deletion.of(request.api(), request.body().length == 0 ? Json.object() : body(request));
    Stored gone =
        store
            .retire(route.resource(), route.key(), deletion::parting)
            .orElseThrow(() -> StatusException.notFound(route.resource(), route.name()));
    if (store.get(route.resource(), route.key()).isPresent()) {
      return new Reply.One(200, gone);
    }
    ObjectNode status = Json.object().put("kind", "Status").put("apiVersion", "v1");
    status.putObject("metadata");
    status.put("status", "Success");
    ObjectNode details = status.putObject("details").put("name", route.name());
    if (!route.resource().group().isEmpty()) {
      details.put("group", route.resource().group());
    }
    details.put("kind", route.resource().plural()).put("uid", gone.uid());
    return Reply.Document.of(status);
  }

  private Reply deleteCollection(ApiRequest request, Route route) {
    Page page = store.list(route.resource(), filter(request, route), 0, Optional.empty());
    List<Stored> gone = new ArrayList<>();
    for (Stored object : page.objects()) {
      store.delete(route.resource(), object.key(), any -> {}).ifPresent(gone::add);
    }
    return new Reply.Listing(route.resource(), new Page(store.version(), gone, Optional.empty()));
  }
}
