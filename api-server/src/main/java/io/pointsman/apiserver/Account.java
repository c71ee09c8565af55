package io.pointsman.apiserver;

import java.util.List;
import java.util.Set;

/**
 * Somebody whom the server knows when it is asked who has a token, and what he may do.
 *
 * @param token that he shows
 * @param user his name
 * @param groups that he belongs to
 * @param paths outside of resources that he may get, such as {@code /metrics}
 */
public record Account(String token, String user, List<String> groups, Set<String> paths) {
  public Account {
    groups = List.copyOf(groups);
    paths = Set.copyOf(paths);
  }
}
