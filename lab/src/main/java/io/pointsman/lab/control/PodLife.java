package io.pointsman.lab.control;

import io.pointsman.lab.scenario.Manifest;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A kubelet's work for one pod, on a thread of its own: starts it, asks its probe, tells its
 * status, ends it, and takes its object away at last.
 */
final class PodLife {
  /** Between two attempts to start, and between two looks whether the process still runs. */
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final Manifest pod;
  private final PodRuntime runtime;
  private final ApiLink api;
  private final Thread thread;
  private Optional<PodEnd> asked = Optional.empty();
  private boolean abandoned;
  private boolean ended;
  private int restarts;

  /**
   * @param pod with the node that it was given
   */
  PodLife(Manifest pod, PodRuntime runtime, ApiLink api) {
    this.pod = pod;
    this.runtime = runtime;
    this.api = api;
    this.thread = Thread.ofPlatform().daemon().name(pod.key().toString()).unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  String uid() {
    return pod.at("/metadata/uid").asText();
  }

  /** Takes note of the pod as it is now. */
  synchronized void tell(Manifest now) {
    if (asked.isEmpty() && !now.at("/metadata/deletionTimestamp").isMissingNode()) {
      asked = Optional.of(PodEnd.of(now));
      notifyAll();
    }
  }

  /** Its object is gone, or control ends: it is killed, and nothing told any more. */
  synchronized void abandon() {
    abandoned = true;
    asked = Optional.of(new PodEnd(Duration.ZERO, Duration.ZERO));
    notifyAll();
  }

  /** False when nothing is left of it. */
  boolean isLeft() {
    return thread.isAlive();
  }

  /** Waits until nothing is left of it. */
  void join() throws InterruptedException {
    thread.join();
  }

  private synchronized Optional<PodEnd> asked() {
    return asked;
  }

  private synchronized boolean isAbandoned() {
    return abandoned;
  }

  private void run() {
    try {
      while (asked().isEmpty()) {
        try {
          ReadinessProbe probe = ReadinessProbe.of(pod);
          live(runtime.start(pod), PodHealth.begin(probe));
        } catch (RuntimeException failed) {
          tellStatus(
              new Change.Merge(
                  pod.key(),
                  PodStatus.waiting(pod, String.valueOf(failed.getMessage()), restarts)));
          pause(PAUSE.toNanos());
        }
        restarts++;
      }
      if (!isAbandoned()) {
        api.remove(pod);
      }
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
  }

  private void live(RunningPod running, PodHealth begun) throws InterruptedException {
    PodHealth health = begun;
    ReadinessProbe probe = begun.probe();
    long due = System.nanoTime() + probe.initialDelay().toNanos();
    tellHealth(running, health);
    boolean ending = false;
    while (!hasEnded()) {
      if (!ending && asked().isPresent()) {
        ending = true;
        end(running, asked().orElseThrow());
      } else if (!ending && !running.isRunning()) {
        running.stop(Duration.ZERO);
        return;
      }
      if (probe.question().isPresent() && System.nanoTime() - due >= 0) {
        boolean before = health.ready();
        health = health.after(running.answers(probe.question().orElseThrow()));
        if (before != health.ready()) {
          tellHealth(running, health);
        }
        due = System.nanoTime() + probe.period().toNanos();
      }
      long left = probe.question().isPresent() ? due - System.nanoTime() : PAUSE.toNanos();
      pauseUnless(ending, Math.clamp(left, 1, PAUSE.toNanos()));
    }
  }

  /** Ends it beside the probe, which is asked as long as there is somebody to answer. */
  private void end(RunningPod running, PodEnd how) {
    Thread.ofPlatform()
        .daemon()
        .name("end of " + pod.key())
        .start(() -> {
          try {
            awaitAbandoned(how.delay());
            running.stop(isAbandoned() ? Duration.ZERO : how.grace());
          } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
          } finally {
            synchronized (this) {
              ended = true;
              notifyAll();
            }
          }
        });
  }

  private synchronized boolean hasEnded() {
    return ended;
  }

  private synchronized void awaitAbandoned(Duration limit) throws InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    long left = limit.toNanos();
    while (!abandoned && left > 0) {
      TimeUnit.NANOSECONDS.timedWait(this, left);
      left = deadline - System.nanoTime();
    }
  }

  private synchronized void pause(long nanos) throws InterruptedException {
    if (asked.isEmpty()) {
      TimeUnit.NANOSECONDS.timedWait(this, nanos);
    }
  }

  /** Until something happens: the end of an ending pod, the wish to end one that is not. */
  private synchronized void pauseUnless(boolean ending, long nanos) throws InterruptedException {
    if (ending ? !ended : asked.isEmpty()) {
      TimeUnit.NANOSECONDS.timedWait(this, nanos);
    }
  }

  private void tellHealth(RunningPod running, PodHealth health) throws InterruptedException {
    tellStatus(
        new Change.Merge(
            pod.key(), PodStatus.running(pod, running.addresses(), health.ready(), restarts)));
  }

  private void tellStatus(Change status) throws InterruptedException {
    if (!isAbandoned()) {
      api.write(status);
    }
  }
}
