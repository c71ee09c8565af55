package io.pointsman.agent.preflight;

import static org.assertj.core.api.Assertions.assertThat;

import io.pointsman.agent.preflight.Facts.BoundPort;
import io.pointsman.net.IpFamily;
import io.pointsman.net.Protocol;
import io.pointsman.plan.FamilyPlan;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NodePortConflictsTest {
  /** The trial's Services have the node ports 30010 and 30020 plus the protocol's number. */
  private static final FamilyPlan PLAN = TrialPlan.of(IpFamily.IPV4);

  @Test
  void aListenerOnANodePortIsNamedWithItsService() {
    assertThat(
            NodePortConflicts.of(
                PLAN,
                Set.of(
                    new BoundPort(Protocol.TCP, 30_010 + Protocol.TCP.number()),
                    new BoundPort(Protocol.UDP, 30_010 + Protocol.TCP.number()),
                    new BoundPort(Protocol.TCP, 80))))
        .singleElement()
        .asString()
        .contains("trial/web:tcp", "30016/tcp", "sport = :30016");
  }

  @Test
  void otherListenersAreNobodysBusiness() {
    assertThat(NodePortConflicts.of(PLAN, Set.of(new BoundPort(Protocol.TCP, 22)))).isEmpty();
    assertThat(NodePortConflicts.of(PLAN, Set.of())).isEmpty();
  }
}
