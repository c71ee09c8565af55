package io.pointsman.iptables;

import io.pointsman.dataplane.PacketCounter;
import io.pointsman.net.Cidr;
import io.pointsman.net.IpFamily;
import io.pointsman.plan.NodeContext;
import io.pointsman.plan.NodePortAddresses;
import java.util.ArrayList;
import java.util.List;

/** The rules that do not depend on any Service. */
final class Foundation {
  private static final Match NEW = Match.CtState.of(Match.State.NEW);

  /** Goes when somebody flushes the table, even if the chains stay; nothing refers to it. */
  private static final Rule CANARY =
      Rule.of(new Action.Return(), comment("gone when this table was flushed"));

  private final NodeContext context;
  private final Compiler kernel;

  /**
   * @param kernel tells what the kernel can do and is to do
   */
  Foundation(NodeContext context, Compiler kernel) {
    this.context = context;
    this.kernel = kernel;
  }

  IptablesRuleset ruleset() {
    IptablesRuleset rules = IptablesRuleset.EMPTY;
    for (Table table : Table.values()) {
      rules = rules.withChain(new ChainId(table, ChainNames.CANARY), List.of(CANARY));
    }
    rules =
        rules
            .withChain(new ChainId(Table.NAT, ChainNames.MARK_MASQ), List.of(setMark()))
            .withChain(new ChainId(Table.NAT, ChainNames.POSTROUTING), postrouting())
            .withChain(new ChainId(Table.FILTER, ChainNames.FORWARD), forward());
    for (Hook hook : hooks()) {
      rules = rules.withHook(hook);
    }
    return answersOnLocalhost() ? withLocalnetGuard(rules) : rules;
  }

  /** After the exact rules of nat KUBE-SERVICES: what is for the node itself may be a node port. */
  List<Rule> nodePortEntrance() {
    Rule jump =
        Rule.of(
            new Action.Jump(ChainNames.NODE_PORTS),
            comment("kubernetes service nodeports; this must be the last rule in this chain"));
    return switch (context.nodePortAddresses()) {
      case NodePortAddresses.All() ->
          List.of(
              (answersOnLocalhost() ? jump : jump.when(new Match.Destination(loopback(), true)))
                  .when(new Match.DestinationIsLocal()));
      case NodePortAddresses.Only(var addresses) ->
          addresses.stream()
              .filter(address -> answersOnLocalhost() || !address.isLoopback())
              .map(address -> jump.when(new Match.Destination(Cidr.single(address), false)))
              .toList();
    };
  }

  /** After the exact rules of filter KUBE-EXTERNAL-SERVICES. */
  List<Rule> externalNodePortEntrance() {
    return List.of(
        Rule.of(new Action.Jump(ChainNames.EXTERNAL_NODE_PORTS), new Match.DestinationIsLocal()));
  }

  private List<Rule> postrouting() {
    int mark = context.masqueradeMark();
    List<Rule> rules = new ArrayList<>();
    if (kernel.hairpin() == Hairpin.BY_PACKET) {
      rules.add(
          setMark()
              .when(
                  Match.CtState.of(Match.State.DNAT),
                  comment("pod reaching itself through a service"),
                  Hairpin.sourceIsDestination(context.family())));
    }
    rules.add(Rule.of(new Action.Return(), new Match.Mark(mark, mark, true)));
    rules.add(Rule.of(new Action.SetMark(mark, 0)));
    Rule masquerade =
        Rule.of(new Action.Masquerade(), comment("kubernetes service traffic requiring SNAT"));
    if (kernel.counts() && answersOnLocalhost()) {
      // What comes from 127.0.0.0/8 and is marked went to a node port there. One rule counts those
      // of all Services, where kube-proxy has one for each node port.
      rules.add(
          masquerade.when(
              new Match.Source(loopback(), false),
              counted(PacketCounter.LOCALHOST_NODE_PORT_ACCEPTED)));
    }
    rules.add(masquerade);
    return rules;
  }

  private List<Rule> forward() {
    int mark = context.masqueradeMark();
    List<Rule> rules = new ArrayList<>();
    if (kernel.invalid() == InvalidPackets.DROPPED) {
      Rule drop = Rule.of(new Action.Drop(), Match.CtState.of(Match.State.INVALID));
      rules.add(kernel.counts() ? drop.when(counted(PacketCounter.INVALID_DROPPED)) : drop);
    }
    rules.add(
        Rule.of(
            new Action.Accept(),
            comment("kubernetes forwarding rules"),
            new Match.Mark(mark, mark, false)));
    rules.add(
        Rule.of(
            new Action.Accept(),
            comment("kubernetes forwarding conntrack rule"),
            Match.CtState.of(Match.State.RELATED, Match.State.ESTABLISHED)));
    return rules;
  }

  private static Match counted(PacketCounter counter) {
    return new Match.CountedAs(PacketCounters.name(counter));
  }

  private Rule setMark() {
    int mark = context.masqueradeMark();
    return Rule.of(new Action.SetMark(mark, mark));
  }

  private static List<Hook> hooks() {
    Match external = comment("kubernetes externally-visible service portals");
    Match portals = comment("kubernetes service portals");
    Match firewall = comment("kubernetes load balancer firewall");
    return List.of(
        filter("INPUT", ChainNames.EXTERNAL_SERVICES, NEW, external),
        filter("FORWARD", ChainNames.EXTERNAL_SERVICES, NEW, external),
        filter("INPUT", ChainNames.NODE_PORTS, comment("kubernetes health check service ports")),
        filter("FORWARD", ChainNames.SERVICES, NEW, portals),
        filter("OUTPUT", ChainNames.SERVICES, NEW, portals),
        filter("FORWARD", ChainNames.FORWARD, comment("kubernetes forwarding rules")),
        filter("INPUT", ChainNames.PROXY_FIREWALL, NEW, firewall),
        filter("OUTPUT", ChainNames.PROXY_FIREWALL, NEW, firewall),
        filter("FORWARD", ChainNames.PROXY_FIREWALL, NEW, firewall),
        jump(Table.NAT, "OUTPUT", ChainNames.SERVICES, portals),
        jump(Table.NAT, "PREROUTING", ChainNames.SERVICES, portals),
        jump(
            Table.NAT,
            "POSTROUTING",
            ChainNames.POSTROUTING,
            comment("kubernetes postrouting rules")));
  }

  private static Hook filter(String from, String to, Match... matches) {
    return jump(Table.FILTER, from, to, matches);
  }

  private static Hook jump(Table table, String from, String to, Match... matches) {
    return new Hook(new ChainId(table, from), Rule.of(new Action.Jump(to), matches));
  }

  private static Match comment(String text) {
    return new Match.Comment(text);
  }

  private boolean answersOnLocalhost() {
    return context.family() == IpFamily.IPV4
        && context.localhostNodePorts()
        && switch (context.nodePortAddresses()) {
          case NodePortAddresses.All() -> true;
          case NodePortAddresses.Only(var addresses) ->
              addresses.stream().anyMatch(address -> address.isLoopback());
        };
  }

  private Cidr loopback() {
    return Cidr.of(context.family() == IpFamily.IPV4 ? "127.0.0.0/8" : "::1/128");
  }

  /**
   * With {@code route_localnet} on, neighbours could send packets to 127.0.0.0/8; the kubelet keeps
   * the same rule in the same chain.
   */
  private IptablesRuleset withLocalnetGuard(IptablesRuleset rules) {
    ChainId guard = new ChainId(Table.FILTER, ChainNames.FIREWALL);
    Rule drop =
        Rule.of(
            new Action.Drop(),
            new Match.Source(loopback(), true),
            new Match.Destination(loopback(), false),
            comment("block incoming localnet connections"),
            new Match.CtState(
                java.util.Set.of(Match.State.RELATED, Match.State.ESTABLISHED, Match.State.DNAT),
                true));
    return rules
        .withSharedChain(guard)
        .withHook(new Hook(guard, drop))
        .withHook(filter("INPUT", ChainNames.FIREWALL))
        .withHook(filter("OUTPUT", ChainNames.FIREWALL));
  }
}
