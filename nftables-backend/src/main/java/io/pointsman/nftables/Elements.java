package io.pointsman.nftables;

import io.pointsman.collect.PersistentMap;
import io.pointsman.model.ObjectName;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The elements of all sets of a table. Those of a Service stay together, so that a change of one
 * Service is found without an index of all elements.
 *
 * @param owned what each Service contributes; no key in two of them
 * @param common all others; of a table read from the kernel, which knows no Services, simply all
 */
record Elements(
    PersistentMap<ObjectName, Fragment> owned, PersistentMap<ElementKey, ElementValue> common) {
  static final Elements NONE = new Elements(PersistentMap.empty(), PersistentMap.empty());

  /** Receives the differences between two versions. */
  interface Changes {
    void added(Element element);

    void removed(Element element);
  }

  /** Elements of which nobody knows the Services. */
  static Elements unowned(PersistentMap<ElementKey, ElementValue> elements) {
    return new Elements(PersistentMap.empty(), elements);
  }

  /** Visits each element, in an order that depends on the elements alone. */
  void forEach(Consumer<Element> visitor) {
    common.forEach((key, value) -> visitor.accept(new Element(key, value)));
    owned.forEach((name, fragment) -> fragment.elements().forEach(visitor));
  }

  /** An index of all elements; costs time in proportion to their number. */
  Map<ElementKey, ElementValue> byKey() {
    Map<ElementKey, ElementValue> index = new HashMap<>();
    forEach(element -> index.put(element.key(), element.value()));
    return index;
  }

  /**
   * Tells {@code changes} what has to be removed and what has to be added; both for an element that
   * changes its value or its Service. Costs time in proportion to the changed Services when both
   * know their Services, and to the number of elements otherwise.
   */
  void difference(Elements after, Changes changes) {
    if (owned.isEmpty()) {
      compareAll(after, changes);
      return;
    }
    common.difference(after.common, new CommonChanges(changes));
    owned.difference(after.owned, new OwnedChanges(changes));
  }

  private void compareAll(Elements after, Changes changes) {
    Map<ElementKey, ElementValue> left = byKey();
    after.forEach(element -> {
      ElementValue before = left.remove(element.key());
      if (before == null) {
        changes.added(element);
      } else if (!before.equals(element.value())) {
        changes.removed(new Element(element.key(), before));
        changes.added(element);
      }
    });
    left.forEach((key, value) -> changes.removed(new Element(key, value)));
  }

  private record CommonChanges(Changes changes)
      implements PersistentMap.Changes<ElementKey, ElementValue> {
    @Override
    public void added(ElementKey key, ElementValue value) {
      changes.added(new Element(key, value));
    }

    @Override
    public void removed(ElementKey key, ElementValue value) {
      changes.removed(new Element(key, value));
    }

    @Override
    public void changed(ElementKey key, ElementValue before, ElementValue after) {
      removed(key, before);
      added(key, after);
    }
  }

  private record OwnedChanges(Changes changes)
      implements PersistentMap.Changes<ObjectName, Fragment> {
    @Override
    public void added(ObjectName name, Fragment fragment) {
      fragment.elements().forEach(changes::added);
    }

    @Override
    public void removed(ObjectName name, Fragment fragment) {
      fragment.elements().forEach(changes::removed);
    }

    /** Both lists are sorted: one walk along them finds what only one of them holds. */
    @Override
    public void changed(ObjectName name, Fragment before, Fragment after) {
      List<Element> olds = before.elements();
      List<Element> news = after.elements();
      int o = 0;
      int n = 0;
      while (o < olds.size() || n < news.size()) {
        int order =
            o == olds.size() ? 1 : n == news.size() ? -1 : olds.get(o).compareTo(news.get(n));
        if (order == 0 && olds.get(o).equals(news.get(n))) {
          o++;
          n++;
          continue;
        }
        if (order <= 0) {
          changes.removed(olds.get(o++));
        }
        if (order >= 0) {
          changes.added(news.get(n++));
        }
      }
    }
  }
}
