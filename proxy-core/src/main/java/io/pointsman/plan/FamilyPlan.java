package io.pointsman.plan;

import io.pointsman.collect.PersistentMap;
import io.pointsman.model.ObjectName;
import io.pointsman.snapshot.ServiceState;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/**
 * Where the packets of every Service go, for one node and one family.
 *
 * @param context what the plan was made for
 * @param services the plan of each Service that has a part in this family or a diagnostic; two
 *     Services never own one destination
 * @param inputs what the plan was made from
 * @param wishes the plans before claims were settled
 * @param claims who wants each destination and affinity number
 */
public record FamilyPlan(
    NodeContext context,
    PersistentMap<ObjectName, ServicePlan> services,
    PersistentMap<ObjectName, ServiceState> inputs,
    PersistentMap<ObjectName, ServicePlan> wishes,
    PersistentMap<Claimable, Claimants> claims) {

  /** The plan of an empty cluster. */
  public static FamilyPlan empty(NodeContext context) {
    return new FamilyPlan(
        context,
        PersistentMap.empty(),
        PersistentMap.empty(),
        PersistentMap.empty(),
        PersistentMap.empty());
  }

  /** The plan without these Services, which the kernel has refused; the rest stands. */
  public FamilyPlan without(Set<ObjectName> refused) {
    PersistentMap<ObjectName, ServicePlan> kept = services;
    for (ObjectName name : refused) {
      kept = kept.without(name);
    }
    return kept == services ? this : new FamilyPlan(context, kept, inputs, wishes, claims);
  }

  /** All diagnostics, sorted by object. */
  public List<Diagnostic> diagnostics() {
    List<Diagnostic> all = new ArrayList<>();
    services.forEach(entry -> all.addAll(entry.getValue().diagnostics()));
    Collections.sort(
        all, java.util.Comparator.comparing(Diagnostic::object).thenComparing(Diagnostic::problem));
    return all;
  }
}
