package io.pointsman.nftables;

import io.pointsman.collect.PersistentMap;
import io.pointsman.model.ObjectName;
import io.pointsman.plan.FamilyPlan;

/**
 * A plan and the ruleset it asks for, with what the next compilation can reuse.
 *
 * @param plan what was compiled
 * @param ruleset what the kernel shall hold
 * @param fragments the contribution of each Service
 * @param users how many Services ask for each shared element and shape
 */
record Compiled(
    FamilyPlan plan,
    Ruleset ruleset,
    PersistentMap<ObjectName, Fragment> fragments,
    PersistentMap<Object, Integer> users) {}
