package io.pointsman.flows;

import static io.pointsman.flows.FlowWorld.DNS;
import static io.pointsman.flows.FlowWorld.NODE;
import static io.pointsman.flows.FlowWorld.UDP;
import static io.pointsman.flows.FlowWorld.direct;
import static io.pointsman.flows.FlowWorld.dns;
import static io.pointsman.flows.FlowWorld.endpoint;
import static io.pointsman.flows.FlowWorld.service;
import static io.pointsman.flows.FlowWorld.slice;
import static io.pointsman.flows.FlowWorld.translated;
import static org.assertj.core.api.Assertions.assertThat;

import io.pointsman.model.ObjectName;
import io.pointsman.net.IpAddress;
import io.pointsman.net.Protocol;
import io.pointsman.plan.Destination;
import io.pointsman.plan.FamilyPlan;
import io.pointsman.snapshot.ClusterEvent;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Which flows have to go. */
class FlowJudgeTest {
  private static final FlowScope EVERYTHING = new FlowScope.Everything();
  private static final String LIVING = "10.244.1.1";
  private static final String DEAD = "10.244.1.9";

  private final FlowWorld world = new FlowWorld();

  @Test
  void flowsToEndpointsThatAnswerStay() {
    world.after(
        dns(),
        slice(
            5353,
            List.of(
                endpoint(LIVING, true, true, false),
                endpoint("10.244.1.2", false, true, true),
                endpoint("10.244.1.3", false, false, false))));

    assertThat(isStale("10.96.0.10", 53, LIVING, 5353)).isFalse();
    assertThat(isStale("192.0.2.1", 53, LIVING, 5353)).isFalse();
    assertThat(isStale("172.29.0.11", 30053, LIVING, 5353)).isFalse();
    assertThat(isStale("10.96.0.10", 53, "10.244.1.2", 5353)).as("terminating").isFalse();
    assertThat(isStale("10.96.0.10", 53, "10.244.1.3", 5353)).as("not serving").isTrue();
    assertThat(isStale("10.96.0.10", 53, DEAD, 5353)).isTrue();
    assertThat(isStale("10.96.0.10", 53, LIVING, 5352)).as("another target port").isTrue();
  }

  @Test
  void flowsThatWentPastTheServiceAreStale() {
    world.after(dns(), slice(5353, LIVING));

    assertThat(judge(EVERYTHING).isStale(direct("10.96.0.10", 53))).isTrue();
    assertThat(judge(EVERYTHING).isStale(direct("172.29.0.11", 30053))).isTrue();
    assertThat(judge(EVERYTHING).isStale(direct("127.0.0.1", 30053))).isTrue();
  }

  @Test
  void allFlowsOfAServiceWithoutEndpointsAreStale() {
    world.after(dns());

    assertThat(isStale("10.96.0.10", 53, LIVING, 5353)).isTrue();
    assertThat(judge(EVERYTHING).isStale(direct("10.96.0.10", 53))).isTrue();
  }

  @Test
  void aNodePortIsOneOnTheNodesOwnAddressesOnly() {
    world.after(dns(), slice(5353, LIVING));

    assertThat(judge(EVERYTHING).isStale(direct("198.51.100.7", 30053))).isFalse();
    world.after(FlowBacklogTest.nodePortsOn(world.plan().context(), "172.28.5.11"));
    assertThat(judge(EVERYTHING).isStale(direct("172.29.0.11", 30053))).isFalse();
    assertThat(judge(EVERYTHING).isStale(direct("172.28.5.11", 30053))).isTrue();
    assertThat(judge(EVERYTHING).isStale(direct("127.0.0.1", 30053))).isFalse();
  }

  @Test
  void otherProtocolsAndDestinationsAreNoneOfItsBusiness() {
    world.after(dns(), slice(5353, LIVING));
    TrackedFlow tcp =
        new TrackedFlow(
            Protocol.TCP, IpAddress.of("10.96.0.10"), 53, new Peer(IpAddress.of(DEAD), 5353), true);

    assertThat(judge(EVERYTHING).isStale(tcp)).isFalse();
    assertThat(isStale("198.51.100.7", 53, DEAD, 5353)).isFalse();
    assertThat(judge(EVERYTHING).isStale(direct("10.96.0.11", 53))).isFalse();
  }

  @Test
  void theFirstLookFindsFlowsOfServicesThatAreGoneSince() {
    world.after(dns(), slice(5353, LIVING));

    assertThat(isStale("10.96.0.99", 53, DEAD, 5353)).isTrue();
    assertThat(isStale("10.96.0.10", 54, LIVING, 5353)).as("a port that is gone").isTrue();
  }

  @Test
  void flowsOfServicesThatAreLeftToAnotherProxyStay() {
    world.after(slice(5353, LIVING));

    assertThat(isStale("10.96.0.99", 53, LIVING, 5353)).isFalse();
    assertThat(isStale("10.96.0.99", 53, DEAD, 5353)).isTrue();
  }

  @Test
  void whereAFrontendStoodOnlyWhatWasTranslatedForItGoes() {
    world.after(dns(), slice(5353, LIVING));
    FlowBacklog idle = FlowBacklog.first(world.plan(), true).done();
    FamilyPlan plan = world.after(new ClusterEvent.ServiceGone(DNS));
    FlowJudge judge = judge(idle.after(plan, true).scope());

    assertThat(judge.isStale(translated("192.0.2.1", 53, LIVING, 5353))).isTrue();
    assertThat(judge.isStale(translated("172.29.0.11", 30053, LIVING, 5353))).isTrue();
    assertThat(judge.isStale(translated("172.29.0.99", 30053, LIVING, 5353))).isFalse();
    assertThat(judge.isStale(direct("192.0.2.1", 53))).isFalse();
    assertThat(judge.isStale(direct("172.29.0.11", 30053))).isFalse();
  }

  @Test
  void frontendsOutsideTheScopeAreNotLookedAt() {
    world.after(dns(), slice(5353, LIVING));
    FlowJudge judge = judge(frontends(virtual("192.0.2.1", 53)));

    assertThat(judge.isStale(translated("10.96.0.10", 53, DEAD, 5353))).isFalse();
    assertThat(judge.isStale(translated("192.0.2.1", 53, DEAD, 5353))).isTrue();
  }

  @Test
  void anExternalIpOfTheNodeGoesBeforeANodePort() {
    ObjectName other = new ObjectName("default", "other");
    world.after(
        dns(), slice(5353, LIVING), service(other, "10.96.0.11", NODE.toString(), 30053, 0));
    TrackedFlow flow = translated(NODE.toString(), 30053, LIVING, 5353);

    assertThat(judge(frontends(new Destination.NodePort(Protocol.UDP, 30053))).isStale(flow))
        .as("only the node port is looked at")
        .isFalse();
    assertThat(judge(frontends(virtual(NODE.toString(), 30053))).isStale(flow)).isTrue();

    FlowBacklog idle = FlowBacklog.first(world.plan(), true).done();
    FamilyPlan plan = world.after(new ClusterEvent.ServiceGone(other));
    assertThat(judge(idle.after(plan, true).scope()).isStale(flow))
        .as("the node port has it again")
        .isFalse();
  }

  @Test
  void aFewFrontendsAreAskedForOneByOne() {
    world.after(dns());
    FlowScope scope =
        frontends(
            virtual("10.96.0.10", 53),
            new Destination.NodePort(Protocol.UDP, 30053),
            new Destination.NodePort(Protocol.TCP, 30053));

    assertThat(judge(scope).frontends()).isEqualTo(2);
    assertThat(judge(scope).queries())
        .containsExactly(
            new FlowQuery(
                Protocol.UDP, Optional.of(IpAddress.of("10.96.0.10")), OptionalInt.of(53)),
            new FlowQuery(Protocol.UDP, Optional.empty(), OptionalInt.of(30053)));
  }

  @Test
  void manyFrontendsAreAskedForAtOnce() {
    List<Destination> many = new ArrayList<>();
    for (int port = 1; port <= FlowJudge.MANY_FRONTENDS; port++) {
      many.add(virtual("10.96.0.10", port));
    }

    assertThat(judge(frontends(many.toArray(Destination[]::new))).queries())
        .containsExactly(FlowQuery.all(Protocol.UDP));
    many.removeLast();
    assertThat(judge(frontends(many.toArray(Destination[]::new))).queries())
        .hasSize(FlowJudge.MANY_FRONTENDS - 1);
  }

  @Test
  void nothingToLookAtIsNotAskedFor() {
    assertThat(judge(FlowScope.nothing()).queries()).isEmpty();
  }

  private boolean isStale(String destination, int port, String peer, int peerPort) {
    return judge(EVERYTHING).isStale(translated(destination, port, peer, peerPort));
  }

  private FlowJudge judge(FlowScope scope) {
    return new FlowJudge(world.plan(), scope, UDP, Set.of(NODE));
  }

  private static FlowScope frontends(Destination... destinations) {
    return new FlowScope.Frontends(new HashSet<>(List.of(destinations)));
  }

  private static Destination virtual(String address, int port) {
    return new Destination.Virtual(IpAddress.of(address), Protocol.UDP, port);
  }
}
