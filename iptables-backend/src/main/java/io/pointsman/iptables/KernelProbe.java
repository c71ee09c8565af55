package io.pointsman.iptables;

import io.pointsman.dataplane.DataplaneException;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Finds out whether the kernel has xt_bpf by loading a rule that no packet reaches. */
final class HairpinProbe {
  private static final ChainId CHAIN = new ChainId(Table.MANGLE, ChainNames.PROBE);

  private HairpinProbe() {}

  /**
   * What the kernel can do.
   *
   * @throws DataplaneException when it takes no rule at all
   */
  static Hairpin run(Tools tools) throws DataplaneException {
    Rule rule = Rule.of(new Action.Return(), Hairpin.sourceIsDestination(tools.family()));
    boolean hasBpf = load(tools, List.of(rule)) instanceof RestoreOutcome.Loaded;
    if (!hasBpf) {
      load(tools, List.of()).orThrow(tools);
    }
    Differ.Changeset removal =
        new Differ.Changeset(Map.of(), Set.of(CHAIN), Set.of(), List.of(), Set.of());
    tools.restore(Printer.script(IptablesRuleset.EMPTY, removal)).orThrow(tools);
    return hasBpf ? Hairpin.BY_PACKET : Hairpin.BY_ENDPOINT;
  }

  private static RestoreOutcome load(Tools tools, List<Rule> rules) throws DataplaneException {
    Differ.Changeset addition =
        new Differ.Changeset(Map.of(CHAIN, rules), Set.of(), Set.of(), List.of(), Set.of());
    return tools.restore(Printer.script(IptablesRuleset.EMPTY, addition));
  }
}
