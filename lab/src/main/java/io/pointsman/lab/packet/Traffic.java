package io.pointsman.lab.packet;

import io.pointsman.netlink.netns.NetworkNamespace;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;

/** Connections made one after the other in the background, and a count of what became of them. */
public final class Traffic implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  // Two hundred connections a second: enough to hit a gap of some milliseconds, few enough to leave
  // the machine to those who are measured.
  private static final long PAUSE_NANOS = 5_000_000;
  private static final int MOST_TOLD = 10;

  /**
   * What became of the connections so far.
   *
   * @param counts how often each outcome came, by its spelling
   * @param failed when the first failed connections were begun, by the clock of the day, and what
   *     became of them
   */
  public record Tally(SortedMap<String, Integer> counts, List<String> failed) {
    public Tally {
      counts = Collections.unmodifiableSortedMap(new TreeMap<>(counts));
      failed = List.copyOf(failed);
    }

    /** Connections made. */
    public int total() {
      return counts.values().stream().mapToInt(Integer::intValue).sum();
    }

    /** Connections that nobody answered. */
    public int failures() {
      return counts.entrySet().stream()
          .filter(entry -> isFailure(entry.getKey()))
          .mapToInt(entry -> entry.getValue())
          .sum();
    }

    @Override
    public String toString() {
      return failures() == 0
          ? "no failures"
          : failures() + " of " + total() + " failed: " + counts + ", the first " + failed;
    }
  }

  private final TreeMap<String, Integer> counts = new TreeMap<>();
  private final List<String> failed = new ArrayList<>();
  private final CountDownLatch begun = new CountDownLatch(1);
  private final Thread thread;
  private volatile boolean ended;

  private Traffic(NetworkNamespace from, Probe probe, Prober prober) {
    thread = from.thread("traffic-" + probe.from(), () -> run(probe, prober));
  }

  static Traffic start(NetworkNamespace from, Probe probe, Prober prober) {
    Traffic traffic = new Traffic(from, probe, prober);
    traffic.thread.start();
    try {
      traffic.begun.await();
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
    return traffic;
  }

  private void run(Probe probe, Prober prober) {
    MessageBuffer buffer = new MessageBuffer();
    try {
      while (!ended) {
        LocalTime begin = LocalTime.now(ZoneOffset.UTC);
        count(begin, prober.onceHere(probe, buffer, PATIENCE).toString());
        begun.countDown();
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    } finally {
      begun.countDown();
    }
  }

  private void count(LocalTime begin, String outcome) {
    synchronized (counts) {
      counts.merge(outcome, 1, Integer::sum);
      if (isFailure(outcome) && failed.size() < MOST_TOLD) {
        failed.add(begin + " " + outcome);
      }
    }
  }

  private static boolean isFailure(String outcome) {
    return !outcome.contains(" from ");
  }

  /** What became of the connections until now; the traffic goes on. */
  public Tally soFar() {
    synchronized (counts) {
      return new Tally(counts, failed);
    }
  }

  /** Ends the traffic after the connection that is open, and tells what became of all. */
  public Tally end() {
    close();
    return soFar();
  }

  @Override
  public void close() {
    ended = true;
    try {
      thread.join();
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
  }
}
