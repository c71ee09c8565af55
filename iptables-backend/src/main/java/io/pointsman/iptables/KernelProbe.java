package io.pointsman.iptables;

import io.pointsman.dataplane.DataplaneException;
import io.pointsman.dataplane.PacketCounter;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Finds out what the kernel can do by loading rules that no packet reaches. */
final class KernelProbe {
  private static final ChainId CHAIN = new ChainId(Table.MANGLE, ChainNames.PROBE);

  private KernelProbe() {}

  /**
   * What the kernel can do, under its present settings.
   *
   * @param counters asked for one, which stays
   * @throws DataplaneException when it takes no rule at all
   */
  static Compiler run(Tools tools, PacketCounters counters) throws DataplaneException {
    boolean hasBpf = takes(tools, Hairpin.sourceIsDestination(tools.family()));
    if (!hasBpf) {
      load(tools, List.of()).orThrow(tools);
    }
    String counter = PacketCounters.name(PacketCounter.INVALID_DROPPED);
    boolean counts = counters.make(Set.of(counter)) && takes(tools, new Match.CountedAs(counter));
    Differ.Changeset removal =
        new Differ.Changeset(Map.of(), Set.of(CHAIN), Set.of(), List.of(), Set.of());
    tools.restore(Printer.script(IptablesRuleset.EMPTY, removal)).orThrow(tools);
    return new Compiler(
        hasBpf ? Hairpin.BY_PACKET : Hairpin.BY_ENDPOINT, InvalidPackets.bySysctl(), counts);
  }

  private static boolean takes(Tools tools, Match match) throws DataplaneException {
    return load(tools, List.of(Rule.of(new Action.Return(), match)))
        instanceof RestoreOutcome.Loaded;
  }

  private static RestoreOutcome load(Tools tools, List<Rule> rules) throws DataplaneException {
    Differ.Changeset addition =
        new Differ.Changeset(Map.of(CHAIN, rules), Set.of(), Set.of(), List.of(), Set.of());
    return tools.restore(Printer.script(IptablesRuleset.EMPTY, addition));
  }
}
