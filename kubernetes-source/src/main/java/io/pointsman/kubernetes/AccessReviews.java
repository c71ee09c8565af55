package io.pointsman.kubernetes;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;

/**
 * Asks the API server whose token this is (TokenReview of authentication.k8s.io/v1), and what he
 * may do (SubjectAccessReview of authorization.k8s.io/v1). Each question waits for its answer; from
 * any thread.
 */
public final class AccessReviews {
  private static final String AUTHENTICATION = "authentication.k8s.io";
  private static final String AUTHORIZATION = "authorization.k8s.io";

  private final ApiRequests requests;
  private final String url;
  private final Duration limit;

  /**
   * @param limit within which an answer must come
   * @param exchanges told of each request
   */
  public AccessReviews(ApiClient api, Duration limit, Consumer<ApiExchange> exchanges) {
    this.requests = new ApiRequests(api, exchanges);
    this.url = api.url();
    this.limit = limit;
  }

  /**
   * Whose token this is.
   *
   * @return empty when it is nobody's, or has expired
   */
  public Optional<ApiUser> user(String token) throws ReviewException, InterruptedException {
    String body =
        review(AUTHENTICATION, "TokenReview", json -> json.writeStringProperty("token", token));
    UserReading reading = new UserReading();
    ask(AUTHENTICATION, "tokenreviews", body, reading::read);
    return reading.result();
  }

  /** Whether this user may get this path, which is none of resources. */
  public boolean mayGet(ApiUser user, String path) throws ReviewException, InterruptedException {
    String body =
        review(AUTHORIZATION, "SubjectAccessReview", json -> writeSubject(json, user, path));
    AtomicBoolean allowed = new AtomicBoolean();
    ask(
        AUTHORIZATION,
        "subjectaccessreviews",
        body,
        (in, field) -> {
          if (field.equals("allowed")) {
            allowed.set(in.flag(false));
          }
        });
    return allowed.get();
  }

  private static String review(String group, String kind, JsonBody.Fields spec) {
    return JsonBody.of(json -> {
      json.writeStringProperty("apiVersion", group + "/v1");
      json.writeStringProperty("kind", kind);
      json.writeObjectPropertyStart("spec");
      spec.write(json);
      json.writeEndObject();
    });
  }

  private static void writeSubject(JsonGenerator json, ApiUser user, String path) {
    json.writeObjectPropertyStart("nonResourceAttributes");
    json.writeStringProperty("path", path);
    json.writeStringProperty("verb", "get");
    json.writeEndObject();
    json.writeStringProperty("user", user.name());
    json.writeStringProperty("uid", user.uid());
    writeTexts(json, "groups", user.groups());
    json.writeObjectPropertyStart("extra");
    user.extra().forEach((name, values) -> writeTexts(json, name, values));
    json.writeEndObject();
  }

  private static void writeTexts(JsonGenerator json, String name, List<String> texts) {
    json.writeArrayPropertyStart(name);
    texts.forEach(json::writeString);
    json.writeEndArray();
  }

  /** Stands on a field of the status. */
  private interface StatusField {
    void read(JsonInput in, String field);
  }

  private void ask(String group, String resource, String body, StatusField status)
      throws ReviewException, InterruptedException {
    try (InputStream answer =
            requests.post("/apis/" + group + "/v1/" + resource, "application/json", body, limit);
        JsonInput in = JsonInput.of(answer)) {
      if (in.next()) {
        in.fields(field -> {
          if (field.equals("status")) {
            in.fields(inner -> status.read(in, inner));
          }
        });
      }
    } catch (KubernetesClientException | JacksonException | UnreadableException failure) {
      throw new ReviewException(
          ApiTrouble.ofReviews(url, resource + "." + group, failure), failure);
    } catch (IOException unclosed) {
      // What was to be read has been.
    }
  }

  /** TokenReviewStatus, field by field. */
  private static final class UserReading {
    private final List<String> groups = new ArrayList<>();
    private final Map<String, List<String>> extra = new LinkedHashMap<>();
    private boolean authenticated;
    private String name = "";
    private String uid = "";

    void read(JsonInput in, String field) {
      switch (field) {
        case "authenticated" -> authenticated = in.flag(false);
        case "user" -> in.fields(inner -> readUser(in, inner));
        default -> {}
      }
    }

    private void readUser(JsonInput in, String field) {
      switch (field) {
        case "username" -> name = in.text();
        case "uid" -> uid = in.text();
        case "groups" -> groups.addAll(in.texts());
        case "extra" -> in.fields(key -> extra.put(key, in.texts()));
        default -> {}
      }
    }

    Optional<ApiUser> result() {
      return authenticated ? Optional.of(new ApiUser(name, uid, groups, extra)) : Optional.empty();
    }
  }
}
