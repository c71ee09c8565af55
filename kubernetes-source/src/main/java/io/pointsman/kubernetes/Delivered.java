package io.pointsman.kubernetes;

import io.pointsman.model.ObjectName;
import io.pointsman.snapshot.ClusterEvent;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The names of the objects of one kind that a listener knows of; makes the events that lead from
 * there to what a list or watch says. One thread uses it.
 */
final class Delivered {
  private final WatchedKind kind;
  private final ClusterSource.Listener listener;
  private final Set<ObjectName> names = new HashSet<>();

  Delivered(WatchedKind kind, ClusterSource.Listener listener) {
    this.kind = kind;
    this.listener = listener;
  }

  boolean isEmpty() {
    return names.isEmpty();
  }

  /** Delivers objects of a list; returns the names of those that a proxy may see. */
  Set<ObjectName> found(List<ApiObject<ClusterEvent>> objects) {
    List<ClusterEvent> events = new ArrayList<>(objects.size());
    Set<ObjectName> seen = new HashSet<>();
    for (ApiObject<ClusterEvent> object : objects) {
      object
          .value()
          .ifPresent(event -> {
            events.add(event);
            seen.add(object.name());
          });
    }
    names.addAll(seen);
    deliver(events);
    return seen;
  }

  /** Everything delivered earlier that is not among these has left. */
  void keep(Set<ObjectName> staying) {
    List<ClusterEvent> events = new ArrayList<>();
    names.removeIf(name -> {
      boolean left = !staying.contains(name);
      if (left) {
        events.add(kind.gone().apply(name));
      }
      return left;
    });
    deliver(events);
  }

  /** Delivers what a watch brought. */
  void changed(List<WatchStream.Change> batch) {
    List<ClusterEvent> events = new ArrayList<>(batch.size());
    for (WatchStream.Change change : batch) {
      if (change.event().isPresent()) {
        names.add(change.name());
        events.add(change.event().get());
      } else if (!change.bookmark() && names.remove(change.name())) {
        events.add(kind.gone().apply(change.name()));
      }
    }
    deliver(events);
  }

  private void deliver(List<ClusterEvent> events) {
    if (!events.isEmpty()) {
      listener.events(List.copyOf(events));
    }
  }
}
