package io.pointsman.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.pointsman.dataplane.CommitResult;
import io.pointsman.dataplane.Dataplane;
import io.pointsman.dataplane.DataplaneException;
import io.pointsman.dataplane.Inventory;
import io.pointsman.model.ObjectName;
import io.pointsman.net.IpFamily;
import io.pointsman.plan.FamilyPlan;
import io.pointsman.snapshot.ClusterEvent;
import io.pointsman.testing.Contexts;
import io.pointsman.testing.RandomCluster;
import io.pointsman.trace.Tracer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReconcilerTest {
  private final BlockingQueue<SyncReport> reports = new LinkedBlockingQueue<>();
  private final List<FamilyPlan> committed = new ArrayList<>();
  private final BlockingQueue<FamilyPlan> prepared = new LinkedBlockingQueue<>();
  private final List<AutoCloseable> toClose = new ArrayList<>();
  private final Queue<String> disturbances = new ConcurrentLinkedQueue<>();
  private int forgotten;

  /** A kernel that answers as it is told. */
  private final class ScriptedDataplane implements Dataplane {
    private final Function<FamilyPlan, CommitResult> answer;

    ScriptedDataplane(Function<FamilyPlan, CommitResult> answer) {
      this.answer = answer;
    }

    @Override
    public IpFamily family() {
      return IpFamily.IPV4;
    }

    @Override
    public void prepare(FamilyPlan plan) {
      prepared.add(plan);
    }

    @Override
    public CommitResult commit(FamilyPlan plan) throws DataplaneException {
      CommitResult result = answer.apply(plan);
      if (result instanceof CommitResult.Committed) {
        committed.add(plan);
      }
      return result;
    }

    @Override
    public boolean isDisturbed() throws DataplaneException {
      String what = disturbances.poll();
      if ("unknown".equals(what)) {
        throw new DataplaneException("scripted");
      }
      return what != null;
    }

    @Override
    public Inventory inventory() {
      return Inventory.UNKNOWN;
    }

    @Override
    public Duration watchInterval() {
      return Duration.ofMillis(1);
    }

    @Override
    public void forget() {
      forgotten++;
    }

    @Override
    public List<String> drift(int most) {
      return List.of("missing: a rule");
    }

    @Override
    public String readBack() {
      throw new AssertionError("not for the reconciler");
    }

    @Override
    public Tracer tracer() {
      throw new AssertionError("the reconciler asks for no trace");
    }

    @Override
    public void close() {}
  }

  private Reconciler start(Function<FamilyPlan, CommitResult> answer) {
    Reconciler reconciler =
        new Reconciler(
            List.of(new ScriptedDataplane(answer)),
            (family, snapshot) -> Contexts.of(family),
            new SyncPolicy(Duration.ZERO, Duration.ofMillis(1), Duration.ofMillis(4)),
            reports::add,
            System::nanoTime);
    Thread thread = Thread.ofPlatform().start(reconciler::run);
    toClose.add(() -> {
      reconciler.close();
      thread.join(5000);
    });
    return reconciler;
  }

  @AfterEach
  void stop() throws Exception {
    for (AutoCloseable closeable : toClose) {
      closeable.close();
    }
  }

  private SyncReport nextReport() throws InterruptedException {
    SyncReport report = reports.poll(10, TimeUnit.SECONDS);
    assertThat(report).as("a report within ten seconds").isNotNull();
    return java.util.Objects.requireNonNull(report);
  }

  private static List<ClusterEvent> events(int count) {
    RandomCluster cluster = new RandomCluster(5);
    List<ClusterEvent> events = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      events.add(cluster.next());
    }
    return events;
  }

  @Test
  void whatHasArrivedIsPreparedWhileTheSourceIsRead() throws Exception {
    Reconciler reconciler = start(plan -> new CommitResult.Committed(1));
    reconciler.accept(events(200));
    FamilyPlan early = prepared.poll(10, TimeUnit.SECONDS);
    assertThat(early).isNotNull();
    assertThat(committed).isEmpty();
    reconciler.sourceSynced();
    SyncReport report = nextReport();
    assertThat(report.plan()).isEqualTo(early);
    assertThat(report.problems()).containsExactlyInAnyOrderElementsOf(early.diagnostics());
    assertThat(prepared).isEmpty();
  }

  @Test
  void nothingIsWrittenBeforeTheSourceIsComplete() throws Exception {
    Reconciler reconciler = start(plan -> new CommitResult.Committed(1));
    reconciler.accept(events(200));
    reconciler.accept(events(10));
    reconciler.sourceSynced();
    SyncReport report = nextReport();
    assertThat(report.events()).isEqualTo(210);
    assertThat(report.isComplete()).isTrue();
    assertThat(committed).hasSize(1);
  }

  @Test
  void aFailedCommitIsRepeatedWithoutNews() throws Exception {
    int[] failures = {3};
    Reconciler reconciler =
        start(plan ->
            failures[0]-- > 0
                ? new CommitResult.Unknown("scripted")
                : new CommitResult.Committed(1));
    reconciler.accept(events(100));
    reconciler.sourceSynced();
    for (int i = 0; i < 3; i++) {
      assertThat(nextReport().isComplete()).isFalse();
    }
    assertThat(nextReport().isComplete()).isTrue();
  }

  /** The next attempt reads the kernel anyway. */
  @Test
  void aKernelWhoseAnswerWasLostIsNotLookedAt() throws Exception {
    List<Integer> waiting = new ArrayList<>();
    disturbances.add("seen once the answer is not lost");
    Reconciler reconciler =
        start(plan -> {
          waiting.add(disturbances.size());
          return waiting.size() < 4
              ? new CommitResult.Unknown("scripted")
              : new CommitResult.Committed(1);
        });
    reconciler.sourceSynced();
    for (int i = 0; i < 4; i++) {
      assertThat(nextReport().repairing()).isFalse();
    }
    assertThat(nextReport().repairing()).isTrue();
    assertThat(waiting).containsExactly(1, 1, 1, 1, 0);
  }

  @Test
  void oneRefusedServiceDoesNotHoldBackTheOthers() throws Exception {
    ObjectName bad = new ObjectName("default", "svc-3");
    Reconciler reconciler =
        start(plan ->
            plan.services().containsKey(bad)
                ? new CommitResult.Rejected(
                    List.of(
                        new CommitResult.Refusal("an element", Optional.of(bad), "EINVAL (bad)")))
                : new CommitResult.Committed(1));
    reconciler.accept(events(300));
    reconciler.sourceSynced();
    SyncReport report = nextReport();
    assertThat(report.leftOut()).containsExactly(bad);
    assertThat(report.refusals())
        .containsExactly(new CommitResult.Refusal("an element", Optional.of(bad), "EINVAL (bad)"));
    assertThat(report.refusals().getFirst().errno()).contains("EINVAL");
    assertThat(report.isComplete()).isFalse();
    assertThat(report.result()).isInstanceOf(CommitResult.Committed.class);
  }

  @Test
  void aDisturbanceIsRepairedFromWhatTheKernelHolds() throws Exception {
    Reconciler reconciler = start(plan -> new CommitResult.Committed(0));
    disturbances.add("before the first sync");
    reconciler.sourceSynced();
    assertThat(nextReport().repairing()).isFalse();
    SyncReport repair = nextReport();
    assertThat(repair.repairing()).isTrue();
    assertThat(repair.found()).containsExactly("missing: a rule");
    disturbances.add("unknown");
    disturbances.add("changed");
    assertThat(nextReport().repairing()).isTrue();
    reconciler.requestSync();
    assertThat(nextReport().repairing()).isFalse();
    assertThat(forgotten).isEqualTo(2);
  }
}
