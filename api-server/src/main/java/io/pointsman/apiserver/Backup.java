package io.pointsman.apiserver;

import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** All objects of a server at one moment, to be restored later or elsewhere. Never changes. */
public final class Backup {
  private final long version;
  private final Map<Resource, NavigableMap<Key, Stored>> objects;

  Backup(long version, Map<Resource, NavigableMap<Key, Stored>> objects) {
    this.version = version;
    this.objects = Map.copyOf(objects);
  }

  /** The server's resourceVersion at that moment. */
  public long version() {
    return version;
  }

  NavigableMap<Key, Stored> objects(Resource resource) {
    return objects.getOrDefault(resource, new TreeMap<>());
  }
}
