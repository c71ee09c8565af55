package io.pointsman.kubernetes;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KubernetesResourceList;
import io.fabric8.kubernetes.client.dsl.FilterWatchListDeletable;
import io.pointsman.model.ObjectName;
import io.pointsman.snapshot.ClusterEvent;
import java.util.Optional;
import java.util.function.Function;

/**
 * A kind of object to follow on the API server.
 *
 * @param plural the resource's name in paths and roles
 * @param query what to list and watch
 * @param simplerQuery the same without a field selector that elder servers refuse
 * @param set the event for an object; empty when this proxy must not see it
 * @param gone the event for an object that left; cluster-wide objects have an empty namespace
 * @param needed false when a proxy can do without: then a server without this resource is fine
 * @param noneMessage told while the server has no such object
 */
record WatchedKind<T extends HasMetadata>(
    String plural,
    Query<T> query,
    Optional<Query<T>> simplerQuery,
    Function<T, Optional<ClusterEvent>> set,
    Function<ObjectName, ClusterEvent> gone,
    boolean needed,
    Optional<String> noneMessage) {

  /** A name for the client's long type. */
  record Query<T extends HasMetadata>(
      FilterWatchListDeletable<T, ? extends KubernetesResourceList<T>, ?> operation) {}

  /** Keys by which objects of this kind are told apart. */
  ObjectName nameOf(T object) {
    String namespace = object.getMetadata().getNamespace();
    return new ObjectName(
        ObjectConverter.text(namespace).intern(), object.getMetadata().getName().intern());
  }
}
