package io.pointsman.kubernetes;

import io.pointsman.model.ObjectName;
import java.util.Optional;
import java.util.function.Function;

/**
 * What was read of one object of the Kubernetes API.
 *
 * @param name by which objects of a kind are told apart; the namespace of a cluster-wide one is
 *     empty, and so are parts that are missing
 * @param version {@code metadata.resourceVersion}; may be empty
 * @param value the model's record; empty when this proxy must not see the object, or cannot read it
 * @param fault the first value that cannot be
 */
record ApiObject<T>(ObjectName name, String version, Optional<T> value, Optional<Fault> fault) {
  ApiObject {
    value = fault.isPresent() ? Optional.empty() : value;
  }

  <U> ApiObject<U> map(Function<? super T, ? extends U> other) {
    return new ApiObject<>(name, version, value.map(other), fault);
  }
}
