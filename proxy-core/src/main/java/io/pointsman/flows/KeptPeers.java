package io.pointsman.flows;

import io.pointsman.model.EndpointSlice;
import io.pointsman.model.ServicePortName;
import io.pointsman.plan.CandidateFinder;
import io.pointsman.plan.FamilyPlan;
import io.pointsman.plan.NodeContext;
import io.pointsman.snapshot.ServiceState;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The endpoints whose flows are to stay: all that still answer, whether or not a policy, a hint or
 * a better endpoint keeps new flows away from them.
 */
record KeptPeers(CandidateFinder finder) {
  static KeptPeers in(NodeContext context) {
    return new KeptPeers(new CandidateFinder(context.family(), context.nodeName()));
  }

  /** Those of a Service port. */
  Set<Peer> of(ServicePortName port, List<EndpointSlice> slices) {
    Set<Peer> peers = new HashSet<>();
    finder
        .find(slices, port, problem -> {})
        .forEach(candidate -> {
          if (candidate.endpoint().ready() || candidate.endpoint().serving()) {
            peers.add(new Peer(candidate.target().address(), candidate.target().port()));
          }
        });
    return peers;
  }

  /**
   * Those of Services that this proxy does not see although it sees their slices: a label leaves
   * them to another proxy.
   */
  static Set<Peer> ofUnseenServices(FamilyPlan plan) {
    KeptPeers kept = in(plan.context());
    Set<Peer> peers = new HashSet<>();
    plan.inputs()
        .forEach(input -> {
          ServiceState state = input.getValue();
          if (state.service().isEmpty()) {
            for (EndpointSlice slice : state.slices()) {
              for (EndpointSlice.Port port : slice.ports()) {
                ServicePortName name =
                    new ServicePortName(input.getKey(), port.name(), port.protocol());
                peers.addAll(kept.of(name, List.of(slice)));
              }
            }
          }
        });
    return peers;
  }
}
