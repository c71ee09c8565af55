package io.pointsman.lab.scenario;

import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** All objects of a cluster at one moment. */
public record ClusterObjects(SortedMap<ObjectKey, Manifest> byKey) {
  public ClusterObjects {
    byKey = Collections.unmodifiableSortedMap(new TreeMap<>(byKey));
  }

  public static ClusterObjects of(Collection<Manifest> manifests) {
    return new ClusterObjects(new TreeMap<>()).with(manifests);
  }

  /** These objects with others created, or replaced where the key is there already. */
  public ClusterObjects with(Collection<Manifest> manifests) {
    TreeMap<ObjectKey, Manifest> changed = new TreeMap<>(byKey);
    manifests.forEach(manifest -> changed.put(manifest.key(), manifest));
    return new ClusterObjects(changed);
  }

  /** These objects without some of them; keys that are not there do not matter. */
  public ClusterObjects without(Collection<ObjectKey> keys) {
    TreeMap<ObjectKey, Manifest> changed = new TreeMap<>(byKey);
    keys.forEach(changed::remove);
    return new ClusterObjects(changed);
  }

  public Optional<Manifest> get(ObjectKey key) {
    return Optional.ofNullable(byKey.get(key));
  }

  /** All manifests, in the order of their keys. */
  public List<Manifest> manifests() {
    return List.copyOf(byKey.values());
  }
}
