package io.pointsman.flows;

import static io.pointsman.flows.FlowWorld.DNS;
import static io.pointsman.flows.FlowWorld.dns;
import static io.pointsman.flows.FlowWorld.endpoint;
import static io.pointsman.flows.FlowWorld.service;
import static io.pointsman.flows.FlowWorld.slice;
import static org.assertj.core.api.Assertions.assertThat;

import io.pointsman.model.ObjectName;
import io.pointsman.net.IpAddress;
import io.pointsman.net.Protocol;
import io.pointsman.plan.Destination;
import io.pointsman.plan.FamilyPlan;
import io.pointsman.plan.NodeContext;
import io.pointsman.plan.NodePortAddresses;
import io.pointsman.snapshot.ClusterEvent;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Which frontends a step from one plan to the next touches, and what becomes of work left over. */
class FlowBacklogTest {
  private static final Destination CLUSTER_IP = virtual("10.96.0.10");
  private static final Destination EXTERNAL_IP = virtual("192.0.2.1");
  private static final Destination NODE_PORT = new Destination.NodePort(Protocol.UDP, 30053);
  private static final Set<Destination> ALL = Set.of(CLUSTER_IP, EXTERNAL_IP, NODE_PORT);

  private final FlowWorld world = new FlowWorld();

  @Test
  void theFirstSyncLooksAtEverythingOnceItIsCommitted() {
    FlowBacklog first = FlowBacklog.first(world.after(dns()), false);

    assertThat(first.scope()).isEqualTo(new FlowScope.Everything());
    assertThat(first.isDue()).isFalse();
    FlowBacklog second = first.after(world.plan(), true);
    assertThat(second.scope()).isEqualTo(new FlowScope.Everything());
    assertThat(second.isDue()).isTrue();
    assertThat(second.syncs()).isEqualTo(2);
    assertThat(second.done().isDue()).isFalse();
  }

  @Test
  void aSyncWithoutAChangeTouchesNothing() {
    FlowBacklog idle = idle(dns(), slice(5353, "10.244.1.1"));

    assertThat(touched(idle.after(world.after(), true))).isEmpty();
    assertThat(touched(idle.after(world.after(slice(5353, "10.244.1.1")), true))).isEmpty();
  }

  @Test
  void oneMoreEndpointTouchesNothing() {
    FlowBacklog idle = idle(dns(), slice(5353, "10.244.1.1"));

    FamilyPlan grown = world.after(slice(5353, "10.244.1.1", "10.244.1.2"));
    assertThat(touched(idle.after(grown, true))).isEmpty();
  }

  @Test
  void anEndpointThatGoesTouchesAllFrontendsOfItsPort() {
    FlowBacklog idle = idle(dns(), slice(5353, "10.244.1.1", "10.244.1.2"));

    FamilyPlan shrunk = world.after(slice(5353, "10.244.1.1"));
    assertThat(touched(idle.after(shrunk, true))).isEqualTo(ALL);
  }

  @Test
  void anotherTargetPortTouches() {
    FlowBacklog idle = idle(dns(), slice(5353, "10.244.1.1"));

    assertThat(touched(idle.after(world.after(slice(5354, "10.244.1.1")), true))).isEqualTo(ALL);
  }

  @Test
  void theFirstAndTheLastEndpointTouch() {
    FlowBacklog idle = idle(dns(), slice(5353));

    FlowBacklog first = idle.after(world.after(slice(5353, "10.244.1.1")), true);
    assertThat(touched(first)).isEqualTo(ALL);
    assertThat(touched(first.done().after(world.after(slice(5353)), true))).isEqualTo(ALL);
  }

  @Test
  void anEndpointThatStillServesWhileItTerminatesTouchesNothing() {
    FlowBacklog idle = idle(dns(), slice(5353, "10.244.1.1", "10.244.1.2"));

    FlowBacklog terminating =
        idle.after(
            world.after(
                slice(
                    5353,
                    List.of(
                        endpoint("10.244.1.1", false, true, true),
                        endpoint("10.244.1.2", true, true, false)))),
            true);
    assertThat(touched(terminating)).isEmpty();
    FlowBacklog failing =
        terminating.after(
            world.after(
                slice(
                    5353,
                    List.of(
                        endpoint("10.244.1.1", false, false, true),
                        endpoint("10.244.1.2", true, true, false)))),
            true);
    assertThat(touched(failing)).isEqualTo(ALL);
  }

  @Test
  void aServiceThatComesOrGoesTouches() {
    FlowBacklog idle = idle(slice(5353, "10.244.1.1"));

    FlowBacklog come = idle.after(world.after(dns()), true);
    assertThat(touched(come)).isEqualTo(ALL);
    FamilyPlan without = world.after(new ClusterEvent.ServiceGone(DNS));
    assertThat(touched(come.done().after(without, true))).isEqualTo(ALL);
  }

  @Test
  void aFrontendThatIsGivenUpTouchesOnlyItself() {
    FlowBacklog idle = idle(dns(), slice(5353, "10.244.1.1"));

    FamilyPlan moved = world.after(service(DNS, "10.96.0.10", "192.0.2.2", 30053));
    assertThat(touched(idle.after(moved, true)))
        .containsExactlyInAnyOrder(EXTERNAL_IP, virtual("192.0.2.2"));
  }

  @Test
  void aFrontendThatChangesHandsTouches() {
    ObjectName other = new ObjectName("default", "zz");
    FlowBacklog idle =
        idle(dns(), service(other, "10.96.0.11", "192.0.2.1", 30054), slice(5353, "10.244.1.1"));

    FamilyPlan without = world.after(new ClusterEvent.ServiceGone(other));
    FlowBacklog gone = idle.after(without, true);
    assertThat(touched(gone)).contains(EXTERNAL_IP).doesNotContain(CLUSTER_IP, NODE_PORT);
  }

  @Test
  void anEndpointThatWentAndCameBackInTheMeantimeTouches() {
    FlowBacklog idle = idle(dns(), slice(5353, "10.244.1.1"));

    FlowBacklog there = idle.after(world.after(slice(5353, "10.244.1.2")), true);
    FlowBacklog andBack = there.after(world.after(slice(5353, "10.244.1.1")), true);
    assertThat(touched(andBack)).isEqualTo(ALL);
    assertThat(andBack.syncs()).isEqualTo(2);
  }

  @Test
  void workWaitsForACommit() {
    FlowBacklog idle = idle(dns(), slice(5353, "10.244.1.1"));

    FlowBacklog failed = idle.after(world.after(slice(5353, "10.244.1.2")), false);
    assertThat(failed.isDue()).isFalse();
    FlowBacklog retried = failed.after(world.after(), true);
    assertThat(retried.isDue()).isTrue();
    assertThat(touched(retried)).isEqualTo(ALL);
  }

  @Test
  void aRefusedServiceKeepsItsFlowsUntilItIsTakenAgain() {
    FlowBacklog idle = idle(dns(), slice(5353, "10.244.1.1"));

    FlowBacklog refused = idle.after(world.after().without(Set.of(DNS)), true);
    assertThat(touched(refused)).isEmpty();
    assertThat(touched(refused.after(world.after(), true))).isEqualTo(ALL);
  }

  @Test
  void rulesThatOthersTouchedAreAReasonToLookAtEverything() {
    FlowBacklog idle = idle(dns(), slice(5353, "10.244.1.1"));

    FlowBacklog repaired = idle.after(world.after(), true).afterDisturbance();
    assertThat(repaired.scope()).isEqualTo(new FlowScope.Everything());
    assertThat(repaired.isDue()).isTrue();
    assertThat(repaired.syncs()).isEqualTo(1);
  }

  @Test
  void otherNodePortAddressesTouchNodePorts() {
    FlowBacklog idle = idle(dns(), slice(5353, "10.244.1.1"));

    FamilyPlan limited = world.after(nodePortsOn(world.plan().context(), "172.29.0.11"));
    assertThat(touched(idle.after(limited, true))).containsExactly(NODE_PORT);
  }

  private FlowBacklog idle(ClusterEvent... events) {
    return FlowBacklog.first(world.after(events), true).done();
  }

  private static Set<Destination> touched(FlowBacklog backlog) {
    Set<Destination> udp = new TreeSet<>(((FlowScope.Frontends) backlog.scope()).destinations());
    udp.removeIf(destination -> destination.protocol() != Protocol.UDP);
    return udp;
  }

  static NodeContext nodePortsOn(NodeContext like, String address) {
    return new NodeContext(
        like.family(),
        like.nodeName(),
        like.zone(),
        like.nodeIp(),
        like.localDetector(),
        new NodePortAddresses.Only(new TreeSet<>(Set.of(IpAddress.of(address)))),
        like.localhostNodePorts(),
        like.masqueradeAll(),
        like.masqueradeBit(),
        like.serviceCidrs());
  }

  private static Destination virtual(String address) {
    return new Destination.Virtual(IpAddress.of(address), Protocol.UDP, 53);
  }
}
