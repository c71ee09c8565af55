package io.pointsman.kubernetes;

import io.pointsman.kubernetes.WatchStream.What;
import io.pointsman.model.ObjectName;
import io.pointsman.snapshot.ClusterEvent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The names of the objects of one kind that a listener knows of, and of those that cannot be read;
 * makes the events that lead from there to what a list or watch says. One thread uses it.
 *
 * <p>An object that cannot be read causes no event: a listener goes on with what it knows of it.
 */
final class Delivered {
  private final WatchedKind kind;
  private final ClusterSource.Listener listener;
  private final Troubles troubles;
  private final Set<ObjectName> names = new HashSet<>();
  private final Map<ObjectName, UnreadableObject> unreadable = new HashMap<>();
  private boolean faultsChanged;

  Delivered(WatchedKind kind, ClusterSource.Listener listener, Troubles troubles) {
    this.kind = kind;
    this.listener = listener;
    this.troubles = troubles;
  }

  /** The server has no such object, readable or not. */
  boolean isEmpty() {
    return names.isEmpty() && unreadable.isEmpty();
  }

  /** Delivers objects of a list; returns the names of those that exist for a proxy. */
  Set<ObjectName> found(List<ApiObject<ClusterEvent>> objects) {
    List<ClusterEvent> events = new ArrayList<>(objects.size());
    Set<ObjectName> seen = new HashSet<>();
    for (ApiObject<ClusterEvent> object : objects) {
      note(object.name(), object.fault());
      object.fault().ifPresent(fault -> seen.add(object.name()));
      object
          .value()
          .ifPresent(event -> {
            events.add(event);
            names.add(object.name());
            seen.add(object.name());
          });
    }
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
    faultsChanged |= unreadable.keySet().retainAll(staying);
    deliver(events);
  }

  /** Delivers what a watch brought. */
  void changed(List<WatchStream.Change> batch) {
    List<ClusterEvent> events = new ArrayList<>(batch.size());
    for (WatchStream.Change change : batch) {
      ObjectName name = change.name();
      switch (change.what()) {
        case What.Set(ClusterEvent event) -> {
          names.add(name);
          events.add(event);
          note(name, Optional.empty());
        }
        case What.Gone() -> {
          if (names.remove(name)) {
            events.add(kind.gone().apply(name));
          }
          note(name, Optional.empty());
        }
        case What.Unreadable(Fault fault) -> note(name, Optional.of(fault));
        case What.Bookmark() -> {}
      }
    }
    deliver(events);
  }

  private void note(ObjectName name, Optional<Fault> fault) {
    Optional<UnreadableObject> now =
        fault.map(what ->
            new UnreadableObject(kind.plural(), name, what.toString(), names.contains(name)));
    Optional<UnreadableObject> before =
        now.isPresent()
            ? Optional.ofNullable(unreadable.put(name, now.get()))
            : Optional.ofNullable(unreadable.remove(name));
    faultsChanged |= !now.equals(before);
  }

  private void deliver(List<ClusterEvent> events) {
    if (!events.isEmpty()) {
      listener.events(List.copyOf(events));
    }
    if (faultsChanged) {
      faultsChanged = false;
      troubles.unreadable(kind.plural(), Set.copyOf(unreadable.values()));
    }
  }
}
