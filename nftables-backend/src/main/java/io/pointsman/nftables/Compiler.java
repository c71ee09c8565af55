package io.pointsman.nftables;

import io.pointsman.collect.PersistentMap;
import io.pointsman.model.ObjectName;
import io.pointsman.net.IpAddress;
import io.pointsman.plan.FamilyPlan;
import io.pointsman.plan.NodeContext;
import io.pointsman.plan.NodePortAddresses;
import io.pointsman.plan.ServicePlan;
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
          // What is sent to it may not leave the node: RFC 1122 3.2.1.3, RFC 4291 2.5.3.
          continue;
        }
        Bytes key = FieldWriter.key(set, context.family()).address(address).bytes();
        elements = elements.with(new ElementKey(set, key), ElementValue.MEMBER);
      }
    }
    return new Compiled(
        FamilyPlan.empty(context),
        Ruleset.bare(context.family()).with(chains, Elements.unowned(elements)),
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
    private final PersistentMap.Builder<String, Chain> chains;
    private final PersistentMap.Builder<ElementKey, ElementValue> common;
    private final PersistentMap.Builder<ObjectName, Fragment> fragments;
    private final PersistentMap.Builder<Object, Integer> users;

    Step(Compiled base, NodeContext context) {
      this.context = context;
      this.shapeChains = new ShapeChains(context);
      this.chains = base.ruleset().chains().builder();
      this.common = base.ruleset().elements().common().builder();
      this.fragments = base.fragments().builder();
      this.users = base.users().builder();
    }

    @Override
    public void added(ObjectName name, ServicePlan plan) {
      put(name, Fragment.NOTHING, FragmentCompiler.compile(plan, context));
    }

    @Override
    public void removed(ObjectName name, ServicePlan plan) {
      put(name, fragments.getOrDefault(name, Fragment.NOTHING), Fragment.NOTHING);
    }

    @Override
    public void changed(ObjectName name, ServicePlan before, ServicePlan after) {
      put(
          name,
          fragments.getOrDefault(name, Fragment.NOTHING),
          FragmentCompiler.compile(after, context));
    }

    private void put(ObjectName name, Fragment before, Fragment after) {
      after.counted().forEach(this::use);
      before.counted().forEach(this::release);
      if (after.equals(Fragment.NOTHING)) {
        fragments.remove(name);
      } else {
        fragments.put(name, after);
      }
    }

    private void use(Object item) {
      int before = users.getOrDefault(item, 0);
      users.put(item, before + 1);
      if (before == 0) {
        appear(item);
      }
    }

    private void release(Object item) {
      int after = users.getOrDefault(item, 0) - 1;
      if (after == 0) {
        users.remove(item);
        vanish(item);
      } else {
        users.put(item, after);
      }
    }

    private void appear(Object item) {
      switch (item) {
        case SharedChain shared -> {
          chains.put(shared.chain(), shapeChains.of(shared));
          keyOf(shared).ifPresent(key -> common.put(key, ElementValue.goTo(shared.chain())));
          extra(shared).ifPresent(this::use);
        }
        case ElementKey key -> common.put(key, ElementValue.MEMBER);
        case BaseChains.Extra extra -> new BaseChains(context).extra(extra).forEach(chains::put);
        default -> throw new IllegalArgumentException("not counted: " + item);
      }
    }

    private void vanish(Object item) {
      switch (item) {
        case SharedChain shared -> {
          chains.remove(shared.chain());
          keyOf(shared).ifPresent(common::remove);
          extra(shared).ifPresent(this::release);
        }
        case ElementKey key -> common.remove(key);
        case BaseChains.Extra extra ->
            new BaseChains(context).extra(extra).keySet().forEach(chains::remove);
        default -> throw new IllegalArgumentException("not counted: " + item);
      }
    }

    /** What leads packets to the chain where no element of {@code shapes} does. */
    private static Optional<BaseChains.Extra> extra(SharedChain chain) {
      return switch (chain) {
        case Shape shape -> Optional.empty();
        case Memory memory -> Optional.of(BaseChains.Extra.REMEMBERING);
        case Guard guard -> Optional.of(BaseChains.Extra.GUARDING);
      };
    }

    private Optional<ElementKey> keyOf(SharedChain chain) {
      return chain
          .map()
          .map(map ->
              new ElementKey(
                  map, FieldWriter.key(map, context.family()).number(chain.number()).bytes()));
    }

    Compiled finish(Compiled base, FamilyPlan plan) {
      Elements elements = new Elements(fragments.build(), common.build());
      return new Compiled(plan, base.ruleset().with(chains.build(), elements), users.build());
    }
  }
}
