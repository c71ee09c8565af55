package io.pointsman.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;

/** Answers that are made up on the spot, from a list of accounts, and never stored. */
final class Reviews {
  private static final String TOKENS = "/apis/authentication.k8s.io/v1/tokenreviews";
  private static final String ACCESS = "/apis/authorization.k8s.io/v1/subjectaccessreviews";

  private final List<Account> accounts;

  Reviews(List<Account> accounts) {
    this.accounts = List.copyOf(accounts);
  }

  static boolean isAt(String path) {
    return path.equals(TOKENS) || path.equals(ACCESS);
  }

  /** The review with its status. */
  ObjectNode of(String path, ObjectNode review) {
    ObjectNode answer = review.deepCopy();
    answer.set("status", path.equals(TOKENS) ? identity(review) : access(review));
    return answer;
  }

  /** TokenReviewStatus of authentication.k8s.io/v1. */
  private ObjectNode identity(JsonNode review) {
    ObjectNode status = Json.object();
    Optional<Account> account =
        accounts.stream()
            .filter(known -> known.token().equals(review.at("/spec/token").asText()))
            .findFirst();
    if (account.isEmpty()) {
      return status.put("error", "invalid bearer token");
    }
    ObjectNode user = status.put("authenticated", true).putObject("user");
    user.put("username", account.get().user()).put("uid", "uid of " + account.get().user());
    account.get().groups().forEach(user.putArray("groups")::add);
    user.putObject("extra").putArray("pointsman.io/token").add("known");
    return status;
  }

  /** SubjectAccessReviewStatus of authorization.k8s.io/v1. */
  private ObjectNode access(JsonNode review) {
    JsonNode asked = review.at("/spec/nonResourceAttributes");
    boolean allowed =
        accounts.stream()
            .filter(known -> known.user().equals(review.at("/spec/user").asText()))
            .anyMatch(known ->
                asked.path("verb").asText().equals("get")
                    && known.paths().contains(asked.path("path").asText()));
    return Json.object().put("allowed", allowed);
  }
}
