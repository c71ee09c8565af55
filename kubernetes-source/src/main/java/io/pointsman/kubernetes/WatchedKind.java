package io.pointsman.kubernetes;

import io.pointsman.model.ObjectName;
import io.pointsman.snapshot.ClusterEvent;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * A kind of object to follow on the API server.
 *
 * @param plural the resource's name in roles
 * @param path of the resource, in all namespaces
 * @param query selectors of what to list and watch
 * @param simplerQuery the same without a field selector that elder servers refuse
 * @param reader reads the object that the input stands on as the event that it is there
 * @param gone the event for an object that left; cluster-wide objects have an empty namespace
 * @param needed false when a proxy can do without: then a server without this resource is fine
 * @param noneMessage told while the server has no such object
 */
record WatchedKind(
    String plural,
    String path,
    Map<String, String> query,
    Optional<Map<String, String>> simplerQuery,
    Function<JsonInput, ApiObject<ClusterEvent>> reader,
    Function<ObjectName, ClusterEvent> gone,
    boolean needed,
    Optional<String> noneMessage) {
  /**
   * Reads the object that the input stands on.
   *
   * @throws UnreadableException when it cannot be read and does not say which one it is
   */
  ApiObject<ClusterEvent> read(JsonInput in) {
    ApiObject<ClusterEvent> object = reader.apply(in);
    if (object.fault().isPresent() && object.name().name().isEmpty()) {
      throw in.unreadable(object.fault().get());
    }
    return object;
  }
}
