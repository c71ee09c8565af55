package io.pointsman.nftables;

import io.pointsman.collect.PersistentMap;
import io.pointsman.model.ObjectName;
import io.pointsman.plan.FamilyPlan;

/**
 * A plan and the ruleset it asks for, with what the next compilation can reuse.
 *
 * @param plan what was compiled
 * @param ruleset what the kernel shall hold
 * @param users how many Services ask for each shared element and chain
 */
record Compiled(FamilyPlan plan, Ruleset ruleset, PersistentMap<Object, Integer> users) {
  /** The contribution of each Service. */
  PersistentMap<ObjectName, Fragment> fragments() {
    return ruleset.elements().owned();
  }
}
