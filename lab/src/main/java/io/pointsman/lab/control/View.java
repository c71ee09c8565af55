package io.pointsman.lab.control;

import io.pointsman.lab.scenario.ClusterObjects;
import io.pointsman.lab.scenario.Manifest;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * What control knows of the objects. What it wrote itself it knows at once; news of an older
 * version that come later change nothing (versions of one server grow, KEP-5504).
 *
 * @param seen the kinds that have been listed
 */
record View(ClusterObjects objects, Set<Kind> seen) {
  View {
    seen = Set.copyOf(seen);
  }

  static View nothing() {
    return new View(ClusterObjects.of(List.of()), Set.of());
  }

  /** True when nothing is missing: before that, nothing may be decided. */
  boolean isWhole() {
    return seen.size() == Kind.values().length;
  }

  View after(Follower.News news) {
    return switch (news) {
      case Follower.News.All(Kind kind, List<Manifest> all) -> listed(kind, all);
      case Follower.News.Now(Manifest object) -> with(object);
      case Follower.News.Gone(var key, long version) ->
          objects.get(key).stream().anyMatch(known -> version(known) <= version)
              ? new View(objects.without(List.of(key)), seen)
              : this;
    };
  }

  private View listed(Kind kind, List<Manifest> all) {
    EnumSet<Kind> more = EnumSet.of(kind);
    more.addAll(seen);
    ClusterObjects others = objects.without(kind.in(objects).stream().map(Manifest::key).toList());
    return new View(others.with(all), more);
  }

  /** With an object as it is at its version, unless a newer one is known. */
  View with(Manifest object) {
    boolean older =
        objects.get(object.key()).stream().anyMatch(known -> version(known) > version(object));
    return older ? this : new View(objects.with(List.of(object)), seen);
  }

  static long version(Manifest object) {
    return object.at("/metadata/resourceVersion").asLong();
  }
}
