package io.pointsman.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.pointsman.dataplane.CommitResult;
import io.pointsman.flows.FlowJudge;
import io.pointsman.flows.FlowQuery;
import io.pointsman.model.ObjectName;
import io.pointsman.model.Service;
import io.pointsman.model.ServiceType;
import io.pointsman.model.TrafficPolicy;
import io.pointsman.net.IpAddress;
import io.pointsman.net.IpFamily;
import io.pointsman.net.Protocol;
import io.pointsman.plan.FamilyPlan;
import io.pointsman.plan.LocalDetector;
import io.pointsman.plan.NodeContext;
import io.pointsman.plan.NodePortAddresses;
import io.pointsman.plan.Planner;
import io.pointsman.reconcile.SyncPolicy;
import io.pointsman.reconcile.SyncReport;
import io.pointsman.snapshot.ClusterEvent;
import io.pointsman.snapshot.ClusterSnapshot;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The cleaner with a table that answers as the test wants. */
class FlowCleanerTest {
  private static final CommitResult COMMITTED = new CommitResult.Committed(1);
  private static final CommitResult FAILED = new CommitResult.Unknown("as the test wants");
  private static final NodeContext CONTEXT =
      new NodeContext(
          IpFamily.IPV4,
          "node-a",
          "",
          Optional.empty(),
          new LocalDetector.None(),
          new NodePortAddresses.All(),
          false,
          false,
          14,
          List.of());

  /** One call of the cleaner, which waits for its answer. */
  private record Call(List<FlowQuery> queries, BlockingQueue<Answer> answer) {}

  private record Answer(int deleted, Optional<IOException> failure) {}

  private final BlockingQueue<Call> calls = new LinkedBlockingQueue<>();
  private final BlockingQueue<FlowReport> reports = new LinkedBlockingQueue<>();

  @Test
  void aFailureIsTriedAgainUntilTheWorkIsDone() throws Exception {
    try (FlowCleaner cleaner = cleaner(Duration.ofMillis(1))) {
      cleaner.accept(sync(plan("10.96.0.1"), COMMITTED));
      answer(5, Optional.of(new IOException("EBUSY")));
      answer(0, Optional.of(new IOException("ENOBUFS")));
      answer(2, Optional.empty());

      FlowReport report = report();
      assertThat(report.deleted()).as("by all attempts").isEqualTo(7);
      assertThat(report.syncs()).isEqualTo(1);
      assertThat(report.frontends()).isEqualTo(1);
      assertThat(reports).isEmpty();
    }
  }

  @Test
  void syncsDoNotWaitAndAreDoneTogetherAfterwards() throws Exception {
    try (FlowCleaner cleaner = cleaner(Duration.ofMillis(1))) {
      cleaner.accept(sync(plan("10.96.0.1"), COMMITTED));
      Call first = call();
      // The table has not answered yet.
      cleaner.accept(sync(plan("10.96.0.2"), COMMITTED));
      cleaner.accept(sync(plan("10.96.0.3"), COMMITTED));
      first.answer().add(new Answer(0, Optional.empty()));

      assertThat(report().syncs()).isEqualTo(1);
      Call second = call();
      assertThat(second.queries())
          .extracting(query -> query.destination().orElseThrow().toString())
          .containsExactly("10.96.0.1", "10.96.0.2", "10.96.0.3");
      second.answer().add(new Answer(1, Optional.empty()));
      assertThat(report().syncs()).isEqualTo(2);
    }
  }

  @Test
  void workWaitsForTheCommit() throws Exception {
    try (FlowCleaner cleaner = cleaner(Duration.ofMillis(1))) {
      cleaner.accept(sync(plan("10.96.0.1"), FAILED));
      cleaner.accept(sync(plan("10.96.0.1"), COMMITTED));
      answer(0, Optional.empty());

      assertThat(report().syncs()).isEqualTo(2);
      assertThat(calls).isEmpty();
    }
  }

  @Test
  void aSyncThatTouchesNoFlowIsReportedTooAndReadsNothing() throws Exception {
    try (FlowCleaner cleaner = cleaner(Duration.ofMillis(1))) {
      cleaner.accept(sync(plan("10.96.0.1"), COMMITTED));
      answer(0, Optional.empty());
      report();

      cleaner.accept(sync(plan("10.96.0.1"), COMMITTED));
      assertThat(report().frontends()).isZero();
      assertThat(calls).isEmpty();
    }
  }

  @Test
  void afterARepairAllFlowsAreLookedAt() throws Exception {
    try (FlowCleaner cleaner = cleaner(Duration.ofMillis(1))) {
      cleaner.accept(sync(plan("10.96.0.1"), COMMITTED));
      answer(0, Optional.empty());
      report();

      cleaner.accept(sync(plan("10.96.0.1"), COMMITTED, true));
      Call repair = call();
      assertThat(repair.queries())
          .containsExactly(new FlowQuery(Protocol.UDP, Optional.empty(), OptionalInt.empty()));
      repair.answer().add(new Answer(0, Optional.empty()));
      report();
    }
  }

  @Test
  void aWaitForTheNextAttemptEndsWithTheCleaner() throws Exception {
    Thread worker;
    try (FlowCleaner cleaner = cleaner(Duration.ofDays(1))) {
      cleaner.accept(sync(plan("10.96.0.1"), COMMITTED));
      worker = answer(0, Optional.of(new IOException("EBUSY")));
    }
    assertThat(worker.join(Duration.ofSeconds(10))).isTrue();
    assertThat(reports).isEmpty();
  }

  private final class Table implements FlowTable {
    private final BlockingQueue<Thread> workers = new LinkedBlockingQueue<>();

    @Override
    public Set<IpAddress> hostAddresses() {
      return Set.of();
    }

    @Override
    public void deleteStale(IpFamily family, FlowJudge judge, Runnable deleted) throws IOException {
      workers.add(Thread.currentThread());
      Call call = new Call(judge.queries(), new LinkedBlockingQueue<>());
      calls.add(call);
      Answer answer = taken(call.answer());
      for (int i = 0; i < answer.deleted(); i++) {
        deleted.run();
      }
      if (answer.failure().isPresent()) {
        throw answer.failure().get();
      }
    }
  }

  private final Table table = new Table();

  private FlowCleaner cleaner(Duration retry) {
    FlowCleaner cleaner =
        new FlowCleaner(
            table, Set.of(Protocol.UDP), new SyncPolicy(Duration.ZERO, retry, retry), reports::add);
    cleaner.start();
    return cleaner;
  }

  private Call call() {
    return taken(calls);
  }

  private FlowReport report() {
    return taken(reports);
  }

  private Thread answer(int deleted, Optional<IOException> failure) {
    call().answer().add(new Answer(deleted, failure));
    return taken(table.workers);
  }

  private static <T> T taken(BlockingQueue<T> queue) {
    try {
      T item = queue.poll(30, TimeUnit.SECONDS);
      if (item == null) {
        throw new AssertionError("nothing came within 30 s");
      }
      return item;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static SyncReport sync(FamilyPlan plan, CommitResult result) {
    return sync(plan, result, false);
  }

  private static SyncReport sync(FamilyPlan plan, CommitResult result, boolean repairing) {
    return new SyncReport(
        plan.context().family(),
        1,
        Duration.ZERO,
        Duration.ZERO,
        Duration.ZERO,
        plan,
        result,
        Set.of(),
        List.of(),
        List.of(),
        repairing,
        List.of());
  }

  private static FamilyPlan plan(String clusterIp) {
    Service service =
        new Service(
            new ObjectName("kube-system", "dns"),
            Instant.EPOCH,
            ServiceType.CLUSTER_IP,
            List.of(clusterIp),
            List.of(IpFamily.IPV4),
            List.of(new Service.Port("", Protocol.UDP, 53, 0)),
            List.of(),
            List.of(),
            List.of(),
            TrafficPolicy.CLUSTER,
            TrafficPolicy.CLUSTER,
            0,
            0);
    return Planner.plan(
        FamilyPlan.empty(CONTEXT),
        ClusterSnapshot.empty().apply(new ClusterEvent.ServiceSet(service)),
        CONTEXT);
  }
}
