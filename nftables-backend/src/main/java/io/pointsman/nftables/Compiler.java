package io.pointsman.nftables;

import io.pointsman.collect.PersistentMap;
import io.pointsman.model.ObjectName;
import io.pointsman.net.IpAddress;
import io.pointsman.plan.FamilyPlan;
import io.pointsman.plan.NodeContext;
import io.pointsman.plan.NodePortAddresses;
import io.pointsman.plan.ServicePlan;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Makes the ruleset of a plan, reusing what an earlier compilation made of unchanged Services. */
final class Compiler {
  private Compiler() {}

  /** What an empty cluster needs. */
  static Compiled empty(NodeContext context) {
    PersistentMap<String, Chain> chains = PersistentMap.empty();
    for (Map.Entry<String, Chain> chain : new BaseChains(context).fixed().entrySet()) {
      chains = chains.with(chain.getKey(), chain.getValue());
    }
    PersistentMap<ElementKey, ElementValue> elements = PersistentMap.empty();
    if (context.nodePortAddresses() instanceof NodePortAddresses.Only only) {
      NamedSet set = NamedSet.NODEPORT_ADDRESSES;
      for (IpAddress address : only.addresses()) {
        if (address.isLoopback()) {
          continue; // an answer could not leave by the loopback interface
        }
        Bytes key = new FieldWriter(set.key(), context.family()).address(address).bytes();
        elements = elements.with(new ElementKey(set, key), ElementValue.MEMBER);
      }
    }
    return new Compiled(
        FamilyPlan.empty(context),
        Ruleset.bare(context.family()).with(chains, elements),
        PersistentMap.empty(),
        PersistentMap.empty());
  }

  /** The compilation of a plan; from {@code previous} when that was made for the same node. */
  static Compiled compile(Compiled previous, FamilyPlan plan) {
    Compiled base =
        previous.plan().context().equals(plan.context()) ? previous : empty(plan.context());
    Step step = new Step(base, plan.context());
    base.plan().services().difference(plan.services(), step);
    return step.finish(base, plan);
  }

  /** The work of one call: mutable inside, never seen outside. */
  private static final class Step implements PersistentMap.Changes<ObjectName, ServicePlan> {
    private final NodeContext context;
    private final ShapeChains shapeChains;
    private final Map<ObjectName, Fragment> changes = new HashMap<>();
    private PersistentMap<String, Chain> chains;
    private PersistentMap<ElementKey, ElementValue> elements;
    private PersistentMap<ObjectName, Fragment> fragments;
    private PersistentMap<Object, Integer> users;

    Step(Compiled base, NodeContext context) {
      this.context = context;
      this.shapeChains = new ShapeChains(context);
      this.chains = base.ruleset().chains();
      this.elements = base.ruleset().elements();
      this.fragments = base.fragments();
      this.users = base.users();
    }

    @Override
    public void added(ObjectName name, ServicePlan plan) {
      changes.put(name, FragmentCompiler.compile(plan, context));
    }

    @Override
    public void removed(ObjectName name, ServicePlan plan) {
      changes.put(name, Fragment.NOTHING);
    }

    @Override
    public void changed(ObjectName name, ServicePlan before, ServicePlan after) {
      changes.put(name, FragmentCompiler.compile(after, context));
    }

    /** Takes out what goes, of all Services before anything is put: a destination can move. */
    private void takeOut(ObjectName name, Fragment after) {
      for (ElementKey key : fragments.getOrDefault(name, Fragment.NOTHING).elements().keySet()) {
        if (!after.elements().containsKey(key)) {
          elements = elements.without(key);
        }
      }
    }

    private void put(ObjectName name, Fragment after) {
      after.elements().forEach((key, value) -> elements = elements.with(key, value));
      after.counted().forEach(this::use);
      fragments.getOrDefault(name, Fragment.NOTHING).counted().forEach(this::release);
      fragments = after == Fragment.NOTHING ? fragments.without(name) : fragments.with(name, after);
    }

    private void use(Object item) {
      int before = users.getOrDefault(item, 0);
      users = users.with(item, before + 1);
      if (before == 0) {
        appear(item);
      }
    }

    private void release(Object item) {
      int after = users.getOrDefault(item, 0) - 1;
      users = after == 0 ? users.without(item) : users.with(item, after);
      if (after == 0) {
        vanish(item);
      }
    }

    private void appear(Object item) {
      if (item instanceof SharedChain shared) {
        chains = chains.with(shared.chain(), shapeChains.of(shared));
        keyOf(shared)
            .ifPresent(key -> elements = elements.with(key, ElementValue.goTo(shared.chain())));
      } else {
        elements = elements.with((ElementKey) item, ElementValue.MEMBER);
      }
    }

    private void vanish(Object item) {
      if (item instanceof SharedChain shared) {
        chains = chains.without(shared.chain());
        keyOf(shared).ifPresent(key -> elements = elements.without(key));
      } else {
        elements = elements.without((ElementKey) item);
      }
    }

    private Optional<ElementKey> keyOf(SharedChain chain) {
      return chain
          .map()
          .map(map ->
              new ElementKey(
                  map,
                  new FieldWriter(map.key(), context.family()).number(chain.number()).bytes()));
    }

    Compiled finish(Compiled base, FamilyPlan plan) {
      changes.forEach(this::takeOut);
      changes.forEach(this::put);
      return new Compiled(plan, base.ruleset().with(chains, elements), fragments, users);
    }
  }
}
