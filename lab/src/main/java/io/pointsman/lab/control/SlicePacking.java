package io.pointsman.lab.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pointsman.lab.control.WantedEndpoints.Group;
import io.pointsman.lab.scenario.Manifest;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Puts the endpoints of a Service into slices, so that as few slices as possible are written: an
 * endpoint stays where it is, a new one goes where there is room.
 */
final class SlicePacking {
  /** The endpointslice controller's default for {@code --max-endpoints-per-slice}. */
  static final int LARGEST = 100;

  private final Manifest service;
  private final Set<String> names = new HashSet<>();

  /** Slices that stand for no group any more, to be used for another. */
  private final Deque<Manifest> spare = new ArrayDeque<>();

  private final List<Change> changes = new ArrayList<>();

  private SlicePacking(Manifest service, List<Manifest> present) {
    this.service = service;
    present.forEach(slice -> names.add(slice.key().name()));
  }

  /**
   * @param present the slices of this Service that are managed here, in the order of their names
   */
  static List<Change> changes(Manifest service, WantedEndpoints wanted, List<Manifest> present) {
    SlicePacking packing = new SlicePacking(service, present);
    Set<String> families = new HashSet<>(wanted.families());
    for (Manifest slice : present) {
      if (!families.contains(slice.at("/addressType").asText())) {
        packing.delete(slice);
      }
    }
    for (String family : wanted.families()) {
      packing.pack(
          family,
          wanted,
          present.stream()
              .filter(slice -> slice.at("/addressType").asText().equals(family))
              .toList());
    }
    return packing.changes;
  }

  /** One slice as it shall be. */
  private static final class Draft {
    private final Optional<Manifest> before;
    private final List<JsonNode> endpoints = new ArrayList<>();
    private boolean changed;

    Draft(Optional<Manifest> before) {
      this.before = before;
    }

    int size() {
      return endpoints.size();
    }

    boolean changed() {
      return changed;
    }
  }

  private void pack(String family, WantedEndpoints wanted, List<Manifest> present) {
    Map<Group, SortedMap<String, ObjectNode>> groups = new java.util.LinkedHashMap<>();
    wanted
        .byGroup()
        .forEach((group, endpoints) -> {
          if (group.family().equals(family)) {
            groups.put(group, endpoints);
          }
        });
    if (groups.isEmpty()) {
      // A Service without endpoints has one empty slice: that there are none is known then.
      groups.put(
          new Group(family, JsonNodeFactory.instance.arrayNode()), Collections.emptySortedMap());
    }
    spare.clear();
    for (Manifest slice : present) {
      if (groups.keySet().stream().noneMatch(group -> has(slice, group))) {
        spare.add(slice);
      }
    }
    groups.forEach((group, endpoints) ->
        pack(group, endpoints, present.stream().filter(slice -> has(slice, group)).toList()));
    spare.forEach(this::delete);
  }

  private static boolean has(Manifest slice, Group group) {
    return slice.at("/ports").equals(group.ports());
  }

  private void pack(Group group, SortedMap<String, ObjectNode> endpoints, List<Manifest> present) {
    NavigableMap<String, ObjectNode> rest = new TreeMap<>(endpoints);
    List<Draft> drafts = new ArrayList<>();
    for (Manifest slice : present) {
      drafts.add(keep(slice, rest));
    }
    drafts.sort(Comparator.comparing(Draft::changed).reversed().thenComparingInt(Draft::size));
    drafts.forEach(draft -> fill(draft, rest));
    boolean any = !endpoints.isEmpty();
    while (!rest.isEmpty() || drafts.isEmpty()) {
      Draft draft = new Draft(Optional.ofNullable(spare.poll()));
      fill(draft, rest);
      drafts.add(draft);
    }
    boolean emptyOne = any;
    for (Draft draft : drafts) {
      if (draft.size() > 0 || !emptyOne) {
        write(group, draft);
        emptyOne = true;
      } else {
        draft.before.ifPresent(this::delete);
      }
    }
  }

  /** The slice with those of its endpoints that stay, which are taken out of the rest. */
  private static Draft keep(Manifest slice, SortedMap<String, ObjectNode> rest) {
    Draft draft = new Draft(Optional.of(slice));
    for (JsonNode before : slice.at("/endpoints")) {
      String pod = before.at("/targetRef/name").asText();
      ObjectNode now = rest.remove(pod);
      draft.changed |= !before.equals(now);
      if (now != null) {
        draft.endpoints.add(now);
      }
    }
    return draft;
  }

  private static void fill(Draft draft, NavigableMap<String, ObjectNode> rest) {
    while (draft.size() < LARGEST && !rest.isEmpty()) {
      draft.endpoints.add(rest.pollFirstEntry().getValue());
    }
  }

  private void write(Group group, Draft draft) {
    ObjectNode json = draft.before.map(Manifest::json).orElseGet(() -> fresh(group.family()));
    ObjectNode labels = json.withObject("/metadata").putObject("labels");
    service
        .at("/metadata/labels")
        .properties()
        .forEach(one -> labels.set(one.getKey(), one.getValue()));
    labels.put(EndpointSlices.SERVICE_NAME, service.key().name());
    labels.put(EndpointSlices.MANAGED_BY, EndpointSlices.MANAGER);
    if (service.at("/spec/clusterIP").asText().equals("None")) {
      labels.put(EndpointSlices.HEADLESS, "");
    }
    json.set("ports", group.ports());
    json.putArray("endpoints").addAll(draft.endpoints);
    Manifest after = Manifest.of(json);
    if (draft.before.isEmpty()) {
      changes.add(new Change.Create(after));
    } else if (!draft.before.get().equals(after)) {
      changes.add(new Change.Replace(after));
    }
  }

  private ObjectNode fresh(String family) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("apiVersion", Kind.SLICE.apiVersion()).put("kind", Kind.SLICE.word());
    ObjectNode metadata = json.putObject("metadata");
    metadata.put("namespace", service.key().namespace()).put("name", name(family));
    Owner.put(metadata, service, Kind.SERVICE);
    json.put("addressType", family);
    return json;
  }

  /** The first number that is not taken: the same objects give the same names. */
  private String name(String family) {
    String stem = service.key().name() + "-" + family.toLowerCase(Locale.ROOT) + "-";
    int number = 1;
    while (!names.add(stem + number)) {
      number++;
    }
    return stem + number;
  }

  private void delete(Manifest slice) {
    changes.add(new Change.Delete(slice.key(), slice.at("/metadata/uid").asText()));
  }
}
