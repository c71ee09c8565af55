package io.pointsman.nftables;

import static io.pointsman.nftables.Field.ADDRESS;

import io.pointsman.net.Cidr;
import io.pointsman.net.IpFamily;
import io.pointsman.net.Protocol;
import io.pointsman.plan.NodeContext;
import io.pointsman.plan.NodePortAddresses;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The chains that do not depend on what Services there are, but for what they need at all. */
final class BaseChains {
  private static final Cidr LOOPBACK_V4 = Cidr.of("127.0.0.0/8");
  private static final Cidr LOOPBACK_V6 = Cidr.of("::1/128");

  /** The chain that asks for the source to be hidden. */
  static final String MARK = "mark-for-masquerade";

  private static final String SERVICES = "services";
  private static final String MASQUERADING = "masquerading";
  private static final String REMEMBER = "remember";
  private static final String SERVICE_CHECKS = "service-checks";
  private static final String NODEPORT_CHECKS = "nodeport-checks";
  private static final String CLUSTER_IP_CHECKS = "cluster-ip-checks";

  private final NodeContext context;
  private final IpFamily family;

  BaseChains(NodeContext context) {
    this.context = context;
    this.family = context.family();
  }

  /** All fixed chains by name. */
  Map<String, Chain> fixed() {
    Map<String, Chain> chains = new LinkedHashMap<>();
    chains.put("nat-prerouting", base(Hook.NAT_PREROUTING, jump(SERVICES)));
    chains.put("nat-output", base(Hook.NAT_OUTPUT, jump(SERVICES)));
    chains.put("nat-postrouting", base(Hook.NAT_POSTROUTING, jump(MASQUERADING)));
    chains.put(
        "filter-input",
        base(Hook.FILTER_INPUT, jumpIfNew(NODEPORT_CHECKS), jumpIfNew(SERVICE_CHECKS)));
    chains.put(
        "filter-forward",
        base(Hook.FILTER_FORWARD, jumpIfNew(SERVICE_CHECKS), jumpIfNew(CLUSTER_IP_CHECKS)));
    chains.put(
        "filter-output",
        base(Hook.FILTER_OUTPUT, jumpIfNew(SERVICE_CHECKS), jumpIfNew(CLUSTER_IP_CHECKS)));
    chains.put(SERVICES, services());
    chains.put(MARK, regular(rule(new Statement.SetMark(context.masqueradeMark()))));
    chains.put(MASQUERADING, masquerading());
    chains.put(
        SERVICE_CHECKS,
        regular(
            rule(new Statement.InSet(NamedSet.REJECTED), new Statement.Reject()),
            rule(new Statement.InSet(NamedSet.DROPPED), new Statement.Drop())));
    chains.put(
        NODEPORT_CHECKS,
        regular(
            toNodePort(new Statement.InSet(NamedSet.REJECTED_NODEPORTS), new Statement.Reject()),
            toNodePort(new Statement.InSet(NamedSet.DROPPED_NODEPORTS), new Statement.Drop())));
    chains.put(CLUSTER_IP_CHECKS, clusterIpChecks());
    return chains;
  }

  /** What packets pass only on a node where some Service asks for it. */
  enum Extra {
    /** The first packet of each connection, so that its client is remembered. */
    REMEMBERING,
    /** Every packet, so that new connections are checked for where they come from. */
    GUARDING
  }

  Map<String, Chain> extra(Extra extra) {
    return switch (extra) {
      case REMEMBERING ->
          Map.of(
              "remember-postrouting",
              base(Hook.REMEMBER_POSTROUTING, jump(REMEMBER)),
              "remember-input",
              base(Hook.REMEMBER_INPUT, jump(REMEMBER)),
              REMEMBER,
              remember());
      case GUARDING -> {
        Rule guard =
            rule(new Statement.NewConnection(), new Statement.GoToChain(NamedSet.FIREWALL));
        yield Map.of(
            "firewall-prerouting", base(Hook.FIREWALL_PREROUTING, guard),
            "firewall-output", base(Hook.FIREWALL_OUTPUT, guard));
      }
    };
  }

  private Chain services() {
    return regular(
        rule(new Statement.FindShape(NamedSet.FRONTENDS), new Statement.GoToShape()),
        toNodePort(new Statement.FindShape(NamedSet.NODEPORTS), new Statement.GoToShape()));
  }

  /** A rule for packets to the addresses on which node ports answer; never to loopback ones. */
  private Rule toNodePort(Statement... then) {
    List<Statement> statements = new ArrayList<>();
    switch (context.nodePortAddresses()) {
      case NodePortAddresses.All() -> {
        Cidr loopback = family == IpFamily.IPV4 ? LOOPBACK_V4 : LOOPBACK_V6;
        statements.add(new Statement.IsLocal(ADDRESS));
        statements.add(new Statement.InRange(ADDRESS, true, loopback));
      }
      case NodePortAddresses.Only only ->
          statements.add(new Statement.InSet(NamedSet.NODEPORT_ADDRESSES));
    }
    statements.addAll(List.of(then));
    return rule(statements.toArray(Statement[]::new));
  }

  private Chain masquerading() {
    int mark = context.masqueradeMark();
    return regular(
        rule(new Statement.Marked(mark), new Statement.FlipMark(mark), new Statement.Masquerade()),
        rule(
            new Statement.Redirected(),
            new Statement.InSet(NamedSet.HAIRPIN),
            new Statement.Masquerade()));
  }

  /** Each first packet of a connection: to the chain that remembers its client, if any does. */
  private Chain remember() {
    List<Rule> rules = new ArrayList<>();
    for (NamedSet map : List.of(NamedSet.AFFINITY_GROUPS, NamedSet.AFFINITY_NODEPORT_GROUPS)) {
      for (Protocol protocol : Protocol.values()) {
        List<Statement> statements = new ArrayList<>();
        statements.add(new Statement.IsProtocol(protocol));
        if (map == NamedSet.AFFINITY_NODEPORT_GROUPS
            && context.nodePortAddresses() instanceof NodePortAddresses.Only) {
          statements.add(new Statement.FirstSentTo(NamedSet.NODEPORT_ADDRESSES));
        }
        statements.add(new Statement.FindOriginalGroup(map));
        statements.add(new Statement.FindTimeout());
        statements.add(new Statement.GoToChain(NamedSet.MEMORIES));
        rules.add(rule(statements.toArray(Statement[]::new)));
      }
    }
    return new Chain(Optional.empty(), rules);
  }

  private Chain clusterIpChecks() {
    List<Rule> rules = new ArrayList<>();
    rules.add(rule(new Statement.InSet(NamedSet.CLUSTER_IPS), new Statement.Reject()));
    for (Cidr range : context.serviceCidrs()) {
      rules.add(rule(new Statement.InRange(ADDRESS, false, range), new Statement.Drop()));
    }
    return new Chain(Optional.empty(), rules);
  }

  private Rule rule(Statement... statements) {
    return Rule.of(family, statements);
  }

  private Rule jump(String chain) {
    return rule(new Statement.Jump(chain));
  }

  private Rule jumpIfNew(String chain) {
    return rule(new Statement.NewConnection(), new Statement.Jump(chain));
  }

  private static Chain base(Hook hook, Rule... rules) {
    return new Chain(Optional.of(hook), List.of(rules));
  }

  private static Chain regular(Rule... rules) {
    return new Chain(Optional.empty(), List.of(rules));
  }
}
