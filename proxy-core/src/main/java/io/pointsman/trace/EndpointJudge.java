package io.pointsman.trace;

import io.pointsman.model.EndpointSlice;
import io.pointsman.model.ServicePortName;
import io.pointsman.model.TrafficPolicy;
import io.pointsman.plan.Candidate;
import io.pointsman.plan.CandidateFinder;
import io.pointsman.plan.EndpointSelector;
import io.pointsman.plan.FamilyPlan;
import io.pointsman.plan.NodeContext;
import io.pointsman.plan.Verdict;
import io.pointsman.snapshot.ServiceState;
import java.util.ArrayList;
import java.util.List;

/**
 * Says again why each endpoint was used or left out, from what the plan was made of. Pure.
 *
 * @param plan with its inputs
 */
public record EndpointJudge(FamilyPlan plan) {
  /** Every endpoint that the slices name for the port, in the order of addresses. */
  public List<Explanation.Judged> judge(ServicePortName port, TrafficPolicy policy) {
    NodeContext context = plan.context();
    List<EndpointSlice> slices =
        plan.inputs().get(port.service()).map(ServiceState::slices).orElse(List.of());
    List<Candidate> candidates =
        new CandidateFinder(context.family(), context.nodeName()).find(slices, port, problem -> {});
    EndpointSelector selector = new EndpointSelector(context.nodeName(), context.zone());
    List<Verdict> verdicts =
        policy == TrafficPolicy.LOCAL
            ? selector.judgeLocal(candidates)
            : selector.judgeCluster(candidates);
    List<Explanation.Judged> judged = new ArrayList<>(candidates.size());
    for (int i = 0; i < candidates.size(); i++) {
      judged.add(new Explanation.Judged(candidates.get(i), verdicts.get(i)));
    }
    return judged;
  }
}
