package io.pointsman.agent.http;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Answers by path.
 *
 * @param routes the answer to a GET of each path; that to a HEAD is the same without its body
 */
public record Routes(Map<String, Function<HttpRequest, HttpAnswer>> routes) implements HttpHandler {
  private static final Set<String> METHODS = Set.of("GET", "HEAD");

  public Routes {
    routes = Map.copyOf(routes);
  }

  /** All paths, sorted. */
  public Set<String> paths() {
    return new TreeSet<>(routes.keySet());
  }

  /** These and others. */
  public Routes and(Map<String, Function<HttpRequest, HttpAnswer>> more) {
    Map<String, Function<HttpRequest, HttpAnswer>> all = new TreeMap<>(routes);
    all.putAll(more);
    return new Routes(all);
  }

  /** 404 for other paths, 405 for other methods; nothing here changes anything. */
  @Override
  public Optional<HttpAnswer> answer(HttpRequest request) {
    Function<HttpRequest, HttpAnswer> route = routes.get(request.path());
    if (route == null) {
      return Optional.of(HttpAnswer.notFound());
    }
    return Optional.of(
        METHODS.contains(request.method())
            ? route.apply(request)
            : HttpAnswer.text(405, "only GET and HEAD are answered here\n")
                .with("Allow", "GET, HEAD"));
  }
}
