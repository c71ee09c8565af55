package io.pointsman.apiserver;

import org.jspecify.annotations.Nullable;

/**
 * Which objects of a kind a list or watch shows.
 *
 * @param namespace empty for all
 */
record Filter(String namespace, LabelSelector labels, FieldSelector fields) {
  boolean shows(@Nullable Stored object) {
    return object != null
        && (namespace.isEmpty() || object.key().namespace().equals(namespace))
        && labels.matches(object)
        && fields.matches(object);
  }

  /** True when no selector leaves out objects of the namespace. */
  boolean showsAll() {
    return labels.requirements().isEmpty() && fields.requirements().isEmpty();
  }
}
