package io.pointsman.kubernetes;

import java.util.List;
import java.util.Map;

/**
 * Somebody as the API server knows him (UserInfo of authentication.k8s.io/v1).
 *
 * @param name such as {@code system:serviceaccount:monitoring:prometheus}
 * @param uid may be empty
 * @param extra what else the authenticator tells, for the authorizer
 */
public record ApiUser(
    String name, String uid, List<String> groups, Map<String, List<String>> extra) {
  public ApiUser {
    groups = List.copyOf(groups);
    extra = Map.copyOf(extra);
  }
}
