package io.pointsman.nftables;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pointsman.dataplane.CommitResult;
import io.pointsman.dataplane.Dataplane;
import io.pointsman.dataplane.DataplaneException;
import io.pointsman.net.IpFamily;
import io.pointsman.netlink.netns.NetworkNamespace;
import io.pointsman.plan.FamilyPlan;
import io.pointsman.testing.Contexts;
import io.pointsman.testing.RandomNode;
import io.pointsman.trace.Disposition;
import io.pointsman.trace.Outcome;
import io.pointsman.trace.Packet;
import io.pointsman.trace.Trace;
import io.pointsman.trace.TraceException;
import io.pointsman.trace.Tracer;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The tracer on rules that a kernel holds, and the kernel itself as its judge. */
class KernelTracerTest {
  private static final int CLUSTERS = 12;
  private static final int PACKETS = 150;

  @BeforeEach
  void needsNamespaces() {
    Namespaces.require();
  }

  /** Nothing of what matters is lost on the way into the kernel and back. */
  @ParameterizedTest
  @EnumSource(IpFamily.class)
  void rulesReadBackSayTheSameAsThePlan(IpFamily family) throws Exception {
    try (NetworkNamespace namespace = NetworkNamespace.create()) {
      namespace.call(() -> {
        try (Dataplane dataplane = new NftablesBackend().open(family)) {
          for (long seed = 1; seed <= CLUSTERS; seed++) {
            compare(dataplane, new RandomNode(family, seed), seed);
          }
        }
        return true;
      });
    }
  }

  private static void compare(Dataplane dataplane, RandomNode node, long seed)
      throws DataplaneException {
    FamilyPlan plan = NftablesTracerTest.plan(node.context(), seed, 100);
    assertThat(dataplane.commit(plan)).isInstanceOf(CommitResult.Committed.class);
    Tracer ofPlan = new NftablesBackend().tracer(plan);
    Tracer ofKernel = dataplane.tracer();
    for (int i = 0; i < PACKETS; i++) {
      Packet packet = node.packet();
      assertThat(ofKernel.trace(packet, node.host()))
          .as("seed %s, %s", seed, packet)
          .isEqualTo(ofPlan.trace(packet, node.host()));
    }
  }

  @ParameterizedTest
  @EnumSource(IpFamily.class)
  void withoutATableEveryPacketPasses(IpFamily family) throws Exception {
    RandomNode node = new RandomNode(family, 1);
    try (NetworkNamespace namespace = NetworkNamespace.create()) {
      Trace trace =
          namespace.call(() -> {
            try (Dataplane dataplane = new NftablesBackend().open(family)) {
              return dataplane.tracer().trace(node.packet(), node.host());
            }
          });
      assertThat(trace.outcomes())
          .containsExactly(new Outcome(1, new Disposition.Pass(), List.of()));
    }
  }

  /** A rule that somebody else has put in, and that no tracer can follow. */
  @Test
  void aRuleThatCannotBeFollowedIsNamed() throws Exception {
    FamilyPlan plan = NftablesTracerTest.plan(Contexts.of(IpFamily.IPV4), 1, 50);
    RandomNode node = new RandomNode(IpFamily.IPV4, 1);
    try (NetworkNamespace namespace = NetworkNamespace.create()) {
      namespace.call(() -> {
        try (Dataplane dataplane = new NftablesBackend().open(IpFamily.IPV4)) {
          dataplane.commit(plan);
          namespace
              .exec("nft", "insert rule ip pointsman services limit rate 5/second counter accept")
              .orThrow();
          Tracer tracer = dataplane.tracer();
          assertThatThrownBy(() -> tracer.trace(node.packet(), node.host()))
              .isInstanceOf(TraceException.class)
              .hasMessageStartingWith("rule 1 of chain services ")
              .hasMessageContaining("expression 1 is 'limit'");
        }
        return true;
      });
    }
  }

  /** A policy that somebody else has set is seen, told and repaired. */
  @Test
  void aChangedPolicyIsSeen() throws Exception {
    FamilyPlan plan = NftablesTracerTest.plan(Contexts.of(IpFamily.IPV4), 1, 50);
    RandomNode node = new RandomNode(IpFamily.IPV4, 1);
    Packet packet = node.packet();
    try (NetworkNamespace namespace = NetworkNamespace.create()) {
      namespace.call(() -> {
        try (Dataplane dataplane = new NftablesBackend().open(IpFamily.IPV4)) {
          dataplane.commit(plan);
          for (String chain : List.of("input", "forward", "output")) {
            namespace
                .exec("nft", "chain ip pointsman filter-" + chain + " { policy drop; }")
                .orThrow();
          }
          assertThat(dataplane.tracer().trace(packet, node.host()).fate())
              .containsOnlyKeys(new Disposition.Drop());
          assertThat(dataplane.drift()).isNotEmpty();
          dataplane.forget();
          dataplane.commit(plan);
          assertThat(dataplane.drift()).isEmpty();
          assertThat(dataplane.tracer().trace(packet, node.host()))
              .isEqualTo(new NftablesBackend().tracer(plan).trace(packet, node.host()));
        }
        return true;
      });
    }
  }
}
