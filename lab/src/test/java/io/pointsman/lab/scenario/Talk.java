package io.pointsman.lab.scenario;

import io.pointsman.lab.packet.Flow;
import io.pointsman.lab.packet.Outcome;
import java.time.Duration;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Questions and answers on one flow, one after the other, until told to end. */
final class Talk implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** Two questions take no longer, answered or not. */
  private static final Duration LIMIT = PATIENCE.multipliedBy(3);

  // A hundred questions a second and flow: no change goes unnoticed, and the machine has time for
  // it.
  private static final long PAUSE_NANOS = 10_000_000;

  private final String name;
  private final Flow flow;
  private final TreeMap<String, Integer> outcomes = new TreeMap<>();
  private final CountDownLatch begun = new CountDownLatch(1);
  private final Thread thread;
  private String last = "";
  private long answered;
  private volatile boolean ended;

  private Talk(String name, Flow flow) {
    this.name = name;
    this.flow = flow;
    this.thread = Thread.ofPlatform().daemon().name(name).unstarted(this::run);
  }

  /** Begins; returns after the first answer or failure. */
  static Talk on(String name, Flow flow) throws InterruptedException {
    Talk talk = new Talk(name, flow);
    talk.thread.start();
    if (!talk.begun.await(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
      throw new IllegalStateException(name + ": no answer, and no failure either");
    }
    return talk;
  }

  private void run() {
    while (!ended) {
      Outcome outcome = flow.ask(PATIENCE);
      synchronized (outcomes) {
        last = outcome.toString();
        outcomes.merge(last, 1, Integer::sum);
        answered++;
        outcomes.notifyAll();
      }
      begun.countDown();
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  /** How often each outcome came until now. */
  SortedMap<String, Integer> outcomes() {
    synchronized (outcomes) {
      return Collections.unmodifiableSortedMap(new TreeMap<>(outcomes));
    }
  }

  /** The first outcome of a question that is asked after this call. */
  String next() throws InterruptedException {
    synchronized (outcomes) {
      // The question that is open now was asked before.
      long wanted = answered + 2;
      long deadline = System.nanoTime() + LIMIT.toNanos();
      while (answered < wanted) {
        long left = deadline - System.nanoTime();
        if (left <= 0) {
          throw new IllegalStateException(name + ": the talk has ended");
        }
        TimeUnit.NANOSECONDS.timedWait(outcomes, left);
      }
      return last;
    }
  }

  @Override
  public void close() {
    ended = true;
    try {
      thread.join(LIMIT);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    flow.close();
  }

  @Override
  public String toString() {
    return name + ": " + outcomes();
  }
}
