package io.pointsman.apiserver;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Which requests are to be refused on demand. */
final class Refusals {
  private final List<Rule> rules = new ArrayList<>();

  private record Rule(Predicate<ApiRequest> which, long times, Refusal refusal) {}

  synchronized void add(Predicate<ApiRequest> which, long times, Refusal refusal) {
    rules.add(new Rule(which, times, refusal));
  }

  synchronized void clear() {
    rules.clear();
  }

  /** The refusal that is due for a request, which is thereby counted. */
  synchronized Optional<Refusal> due(ApiRequest request) {
    for (int i = 0; i < rules.size(); i++) {
      Rule rule = rules.get(i);
      if (rule.which().test(request)) {
        if (rule.times() == 1) {
          rules.remove(i);
        } else {
          rules.set(i, new Rule(rule.which(), rule.times() - 1, rule.refusal()));
        }
        return Optional.of(rule.refusal());
      }
    }
    return Optional.empty();
  }
}
