package io.pointsman.nftables;

import io.pointsman.collect.PersistentMap;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The steps from one ruleset to another, in an order in which nothing refers to what is not there:
 * sets, chains, elements that go, elements that come, rules of changed chains, chains that go.
 * Elements go before they come, as a changed element is both.
 */
final class Differ {
  private final List<Operation> newChains = new ArrayList<>();
  private final List<Operation> rules = new ArrayList<>();
  private final List<Operation> oldChains = new ArrayList<>();
  private final Map<NamedSet, List<Element>> going = new EnumMap<>(NamedSet.class);

  /** Endpoints come before the frontends that lead to them, and go after these. */
  private final Map<NamedSet, List<Element>> coming = new TreeMap<>(Comparator.reverseOrder());

  private Differ() {}

  /** The steps that make {@code before} into {@code after}; none when they are equal. */
  static List<Operation> difference(Ruleset before, Ruleset after) {
    Differ differ = new Differ();
    before.chains().difference(after.chains(), differ.new ChainChanges());
    before.elements().difference(after.elements(), differ.new ElementChanges());
    List<Operation> steps = new ArrayList<>();
    if (!before.exists() && after.exists()) {
      steps.add(new Operation.AddTable());
    }
    for (NamedSet set : NamedSet.values()) {
      if (!before.sets().contains(set) && after.sets().contains(set)) {
        steps.add(new Operation.AddSet(set));
      }
    }
    steps.addAll(differ.newChains);
    differ.going.forEach((set, list) -> steps.add(new Operation.RemoveElements(set, list)));
    differ.coming.forEach((set, list) -> steps.add(new Operation.AddElements(set, list)));
    steps.addAll(differ.rules);
    steps.addAll(differ.oldChains);
    return steps;
  }

  private void fill(String name, Chain chain) {
    for (Rule rule : chain.rules()) {
      rules.add(new Operation.AddRule(name, rule));
    }
  }

  private final class ChainChanges implements PersistentMap.Changes<String, Chain> {
    @Override
    public void added(String name, Chain chain) {
      newChains.add(new Operation.AddChain(name, chain.hook()));
      fill(name, chain);
    }

    @Override
    public void removed(String name, Chain chain) {
      oldChains.add(new Operation.FlushChain(name));
      oldChains.add(new Operation.RemoveChain(name));
    }

    @Override
    public void changed(String name, Chain before, Chain after) {
      if (before.hook().equals(after.hook())) {
        newChains.add(new Operation.FlushChain(name));
        fill(name, after);
      } else {
        newChains.add(new Operation.FlushChain(name));
        newChains.add(new Operation.RemoveChain(name));
        added(name, after);
      }
    }
  }

  private final class ElementChanges implements Elements.Changes {
    @Override
    public void added(Element element) {
      coming.computeIfAbsent(element.key().set(), set -> new ArrayList<>()).add(element);
    }

    @Override
    public void removed(Element element) {
      going.computeIfAbsent(element.key().set(), set -> new ArrayList<>()).add(element);
    }
  }
}
