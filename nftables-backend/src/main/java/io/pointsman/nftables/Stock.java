package io.pointsman.nftables;

import io.pointsman.dataplane.Inventory;
import java.util.List;
import java.util.Map;

/** How many chains, rules and elements our table holds. */
record Stock(long chains, long rules, long elements) {
  static final Stock NOTHING = new Stock(0, 0, 0);

  /** Counts all; costs time in proportion to the number of Services. */
  static Stock of(Ruleset ruleset) {
    long rules = 0;
    for (Map.Entry<String, Chain> chain : ruleset.chains()) {
      rules += chain.getValue().rules().size();
    }
    long elements = ruleset.elements().common().size();
    for (var fragment : ruleset.elements().owned()) {
      elements += fragment.getValue().elements().size();
    }
    return new Stock(ruleset.chains().size(), rules, elements);
  }

  /** After steps that start from this ruleset. */
  Stock after(Ruleset before, List<Operation> steps) {
    Stock added = written(steps);
    long chainsGone = 0;
    long rulesGone = 0;
    long elementsGone = 0;
    for (Operation step : steps) {
      switch (step) {
        case Operation.RemoveChain ignored -> chainsGone++;
        case Operation.FlushChain(String name) ->
            rulesGone += before.chains().get(name).map(chain -> chain.rules().size()).orElse(0);
        case Operation.RemoveElements remove -> elementsGone += remove.elements().size();
        case Operation.RemoveTable ignored -> {}
        case Operation.AddTable ignored -> {}
        case Operation.AddSet ignored -> {}
        case Operation.AddChain ignored -> {}
        case Operation.AddRule ignored -> {}
        case Operation.AddElements ignored -> {}
      }
    }
    return new Stock(
        chains + added.chains - chainsGone,
        rules + added.rules - rulesGone,
        elements + added.elements - elementsGone);
  }

  /** What the steps write, whatever they remove. */
  static Stock written(List<Operation> steps) {
    long chains = 0;
    long rules = 0;
    long elements = 0;
    for (Operation step : steps) {
      chains += step instanceof Operation.AddChain ? 1 : 0;
      rules += step instanceof Operation.AddRule ? 1 : 0;
      elements += step instanceof Operation.AddElements add ? add.elements().size() : 0;
    }
    return new Stock(chains, rules, elements);
  }

  Map<String, Long> byKind() {
    return Map.of("chains", chains, "rules", rules, "elements", elements);
  }

  static Inventory inventory(Stock held, List<Operation> steps) {
    return new Inventory(held.byKind(), written(steps).byKind());
  }
}
