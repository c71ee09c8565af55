package io.pointsman.nftables;

import static org.assertj.core.api.Assertions.assertThat;

import io.pointsman.dataplane.CommitResult;
import io.pointsman.dataplane.Dataplane;
import io.pointsman.net.IpFamily;
import io.pointsman.netlink.netns.NetworkNamespace;
import io.pointsman.netlink.nfnetlink.BatchSocket;
import io.pointsman.plan.FamilyPlan;
import io.pointsman.plan.NodeContext;
import io.pointsman.plan.Planner;
import io.pointsman.snapshot.ClusterSnapshot;
import io.pointsman.testing.Contexts;
import io.pointsman.testing.RandomCluster;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The real kernel, in a network namespace that goes with the test. */
class NftablesDataplaneTest {
  private final NftablesBackend backend = new NftablesBackend();

  @BeforeEach
  void needsNamespaces() {
    NetworkNamespace.unavailable()
        .ifPresent(reason -> {
          if ("true".equals(System.getenv("CI"))) {
            throw new AssertionError(reason);
          }
          Assumptions.abort(reason);
        });
  }

  private static FamilyPlan plan(NodeContext context, long seed, int events) {
    RandomCluster cluster = new RandomCluster(seed);
    ClusterSnapshot snapshot = ClusterSnapshot.empty();
    for (int i = 0; i < events; i++) {
      snapshot = snapshot.apply(cluster.next());
    }
    return Planner.plan(FamilyPlan.empty(context), snapshot, context);
  }

  @ParameterizedTest
  @EnumSource(IpFamily.class)
  void loadingTheRenderedTextEqualsCommitting(IpFamily family) throws Exception {
    NodeContext context = Contexts.of(family);
    FamilyPlan plan = plan(context, 1, 300);
    try (NetworkNamespace namespace = NetworkNamespace.create()) {
      namespace.execWithInput(backend.render(plan), "nft", "-f", "-");
      CommitResult result =
          namespace.call(() -> {
            try (Dataplane dataplane = backend.open(family)) {
              return dataplane.commit(plan);
            }
          });
      assertThat(result).isEqualTo(new CommitResult.Committed(0));
    }
  }

  @ParameterizedTest
  @EnumSource(IpFamily.class)
  void theKernelHoldsThePlanAfterEveryChange(IpFamily family) throws Exception {
    NodeContext context = Contexts.of(family);
    RandomCluster cluster = new RandomCluster(2);
    try (NetworkNamespace namespace = NetworkNamespace.create()) {
      namespace.call(() -> {
        try (Dataplane dataplane = backend.open(family)) {
          ClusterSnapshot snapshot = ClusterSnapshot.empty();
          FamilyPlan plan = FamilyPlan.empty(context);
          for (int step = 0; step < 1000; step++) {
            snapshot = snapshot.apply(cluster.next());
            plan = Planner.plan(plan, snapshot, context);
            assertThat(dataplane.commit(plan))
                .as("step %d", step)
                .isInstanceOf(CommitResult.Committed.class);
            if (step % 50 == 0) {
              assertThat(dataplane.drift()).as("step %d", step).isEmpty();
              assertThat(dataplane.inventory().held())
                  .as("step %d", step)
                  .isEqualTo(inKernel(family).byKind());
            }
          }
        }
        return true;
      });
      assertThat(namespace.exec("nft", "list", "ruleset").toString()).contains("pointsman");
    }
  }

  private static Stock inKernel(IpFamily family) throws Exception {
    try (BatchSocket socket = BatchSocket.open(Duration.ofSeconds(30))) {
      return Stock.of(new KernelReader(socket.client(), family).read().ruleset());
    }
  }

  @ParameterizedTest
  @EnumSource(IpFamily.class)
  void anotherProcessAdoptsWhatItFindsAndReplacesKubeProxysTable(IpFamily family) throws Exception {
    NodeContext context = Contexts.of(family);
    FamilyPlan plan = plan(context, 3, 300);
    String table = Field.ip(family) + " kube-proxy";
    try (NetworkNamespace namespace = NetworkNamespace.create()) {
      namespace.exec("nft", "add", "table", Field.ip(family), "kube-proxy");
      namespace.call(() -> {
        try (Dataplane first = backend.open(family);
            Dataplane second = backend.open(family)) {
          first.commit(plan);
          assertThat(second.commit(plan)).isEqualTo(new CommitResult.Committed(0));
        }
        return true;
      });
      assertThat(namespace.exec("nft", "list", "tables").toString()).doesNotContain(table);
    }
  }

  @ParameterizedTest
  @EnumSource(IpFamily.class)
  void whatOthersBreakIsFoundAndRepaired(IpFamily family) throws Exception {
    NodeContext context = Contexts.of(family);
    FamilyPlan plan = plan(context, 4, 300);
    try (NetworkNamespace namespace = NetworkNamespace.create()) {
      namespace.call(() -> {
        try (Dataplane dataplane = backend.open(family)) {
          dataplane.commit(plan);
          String ip = Field.ip(family);
          namespace.exec("nft", "flush", "map", ip, Ruleset.TABLE, "frontends");
          namespace.exec("nft", "flush", "chain", ip, Ruleset.TABLE, "services");
          namespace.exec("nft", "add", "chain", ip, Ruleset.TABLE, "foreign");
          assertThat(dataplane.drift()).isNotEmpty();
          dataplane.forget();
          dataplane.commit(plan);
          assertThat(dataplane.drift()).isEmpty();
          namespace.exec("nft", "flush", "ruleset");
          dataplane.forget();
          dataplane.commit(plan);
          assertThat(dataplane.drift()).isEmpty();
        }
        return true;
      });
      namespace.call(() -> {
        backend.cleanUp(family);
        backend.cleanUp(family);
        return true;
      });
      assertThat(namespace.exec("nft", "list", "tables").toString()).doesNotContain(Ruleset.TABLE);
    }
  }

  @ParameterizedTest
  @EnumSource(IpFamily.class)
  void onlyWhatOthersDoToOurTableIsADisturbance(IpFamily family) throws Exception {
    FamilyPlan plan = plan(Contexts.of(family), 5, 300);
    String ip = Field.ip(family);
    String otherFamily = Field.ip(family == IpFamily.IPV4 ? IpFamily.IPV6 : IpFamily.IPV4);
    try (NetworkNamespace namespace = NetworkNamespace.create()) {
      namespace.call(() -> {
        try (Dataplane dataplane = backend.open(family)) {
          dataplane.commit(plan);
          assertThat(dataplane.isDisturbed()).isFalse();
          namespace.exec("nft", "add table " + ip + " other").orThrow();
          namespace.exec("nft", "add chain " + ip + " other services").orThrow();
          namespace.exec("nft", "add table " + otherFamily + " " + Ruleset.TABLE).orThrow();
          assertThat(dataplane.isDisturbed()).isFalse();
          for (String change :
              List.of(
                  "flush map " + ip + " " + Ruleset.TABLE + " frontends",
                  "add rule " + ip + " " + Ruleset.TABLE + " services accept",
                  "flush ruleset")) {
            namespace.exec("nft", change).orThrow();
            assertThat(dataplane.isDisturbed()).as(change).isTrue();
            assertThat(dataplane.isDisturbed()).as("after a look").isFalse();
            dataplane.forget();
            dataplane.commit(plan);
            assertThat(dataplane.isDisturbed()).as("after the repair").isFalse();
          }
        }
        return true;
      });
    }
  }

  /** Somebody else's element at the place of ours: the kernel refuses, and names it. */
  @ParameterizedTest
  @EnumSource(IpFamily.class)
  void aRefusalNamesTheObjectAndTheService(IpFamily family) throws Exception {
    NodeContext context = Contexts.of(family);
    FamilyPlan plan = plan(context, 6, 300);
    try (NetworkNamespace namespace = NetworkNamespace.create()) {
      namespace.call(() -> {
        try (Dataplane dataplane = backend.open(family)) {
          dataplane.commit(FamilyPlan.empty(context));
          String ours = someFrontend(plan);
          String key = ours.substring(ours.indexOf('{') + 2, ours.indexOf(" comment"));
          namespace
              .exec(
                  "nft",
                  "add element %s %s frontends { %s : 9:9 }"
                      .formatted(Field.ip(family), Ruleset.TABLE, key))
              .orThrow();
          CommitResult result = dataplane.commit(plan);
          assertThat(result).isInstanceOf(CommitResult.Rejected.class);
          assertThat(((CommitResult.Rejected) result).refusals())
              .anySatisfy(refusal -> {
                assertThat(refusal.object()).isEqualTo(ours);
                assertThat(refusal.service()).isPresent();
                assertThat(refusal.reason()).isNotEmpty();
              });
          assertThat(dataplane.commit(plan)).isInstanceOf(CommitResult.Committed.class);
          assertThat(dataplane.drift()).isEmpty();
        }
        return true;
      });
    }
  }

  private static String someFrontend(FamilyPlan plan) {
    Compiled compiled = Compiler.compile(Compiler.empty(plan.context()), plan);
    return compiled.ruleset().elements().byKey().entrySet().stream()
        .filter(entry -> entry.getKey().set() == NamedSet.FRONTENDS)
        .map(entry -> new Element(entry.getKey(), entry.getValue()))
        .map(element -> Printer.print(plan.context().family(), element))
        .sorted()
        .findFirst()
        .orElseThrow();
  }
}
