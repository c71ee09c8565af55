package io.pointsman.nftables;

import java.util.List;
import java.util.Optional;

/** One step of a transaction. */
sealed interface Operation {
  /** Deletes a whole table, ours or another proxy's. */
  record RemoveTable(String name) implements Operation {}

  /** Creates our table. */
  record AddTable() implements Operation {}

  /** Creates a set or map. */
  record AddSet(NamedSet set) implements Operation {}

  /** Creates a chain without rules. */
  record AddChain(String name, Optional<Hook> hook) implements Operation {}

  /** Deletes all rules of a chain. */
  record FlushChain(String name) implements Operation {}

  /** Appends a rule. */
  record AddRule(String chain, Rule rule) implements Operation {}

  /** Deletes elements of one set. */
  record RemoveElements(NamedSet set, List<Element> elements) implements Operation {}

  /** Adds elements to one set. */
  record AddElements(NamedSet set, List<Element> elements) implements Operation {}

  /** Deletes a chain without rules. */
  record RemoveChain(String name) implements Operation {}

  /** How many objects the step writes or removes. */
  default int objects() {
    return switch (this) {
      case RemoveElements step -> step.elements().size();
      case AddElements step -> step.elements().size();
      default -> 1;
    };
  }
}
