package io.pointsman.lab.packet;

import io.pointsman.net.IpAddress;
import io.pointsman.netlink.netns.NamespaceException;
import io.pointsman.netlink.netns.NetworkNamespace;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;

/** Opens real connections from inside namespaces. Safe for use by several threads. */
public final class Prober {
  // Each holds forty sockets and their servers as many: this many are far from the usual limits.
  private static final int PROBES_AT_ONCE = 12;

  private final Function<String, NetworkNamespace> namespaces;
  private final SourceNaming naming;
  private final SourcePorts ports = new SourcePorts();

  /**
   * @param namespaces from a name to its namespace; throws for names that it does not know
   * @param naming puts words to the addresses that servers saw
   */
  public Prober(Function<String, NetworkNamespace> namespaces, SourceNaming naming) {
    this.namespaces = namespaces;
    this.naming = naming;
  }

  /**
   * Makes connections, many at a time, until the expectation is met or refuted: at least the
   * probe's tries, more while an expected outcome is still missing, none after an unexpected one.
   */
  public Sighting look(Probe probe, Expectation expectation) {
    TreeMap<String, Integer> counts = new TreeMap<>();
    int tries = 0;
    int wanted = probe.tries();
    do {
      int round = Math.min(wanted, Expectation.ROUND);
      for (Outcome outcome : round(probe, round, expectation.patience())) {
        counts.merge(outcome.toString(), 1, Integer::sum);
      }
      tries += round;
      wanted = tries < probe.tries() ? probe.tries() - tries : Expectation.ROUND;
    } while (tries < probe.tries() || expectation.isOpen(counts.keySet(), tries));
    return new Sighting(probe, counts);
  }

  /**
   * As {@link #look} for many probes, several at a time.
   *
   * @return what was seen, in the order of the probes
   */
  public List<Sighting> lookAll(List<Probe> probes, Function<Probe, Expectation> expectations) {
    try (ExecutorService threads =
        Executors.newFixedThreadPool(
            PROBES_AT_ONCE, Thread.ofPlatform().daemon().name("probe-", 0).factory())) {
      List<Future<Sighting>> running =
          probes.stream()
              .map(probe -> threads.submit(() -> look(probe, expectations.apply(probe))))
              .toList();
      return running.stream().map(Prober::finished).toList();
    }
  }

  private static Sighting finished(Future<Sighting> running) {
    try {
      return running.get();
    } catch (ExecutionException failed) {
      throw failed.getCause() instanceof RuntimeException unchecked
          ? unchecked
          : new IllegalStateException("a probe broke", failed);
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw new NamespaceException("interrupted while probing", stop);
    }
  }

  /** One connection: its outcome, a timeout after the given time. */
  public Outcome once(Probe probe, Duration patience) {
    return round(probe, 1, patience).getFirst();
  }

  private List<Outcome> round(Probe probe, int tries, Duration patience) {
    List<Conversation> conversations = open(probe, tries);
    try {
      Conversations.await(conversations, patience);
      return conversations.stream().map(Conversation::result).toList();
    } finally {
      conversations.forEach(Conversation::close);
    }
  }

  private List<Conversation> open(Probe probe, int count) {
    MessageBuffer buffer = new MessageBuffer();
    return inside(
        probe.from(),
        () -> {
          List<Conversation> opened = new ArrayList<>();
          for (int i = 0; i < count; i++) {
            Conversation conversation = conversation(probe.to(), probe.source(), buffer);
            opened.add(conversation);
            conversation.ask();
          }
          return opened;
        });
  }

  private Conversation conversation(
      Destination to, Optional<IpAddress> source, MessageBuffer buffer) {
    RawSocket socket = RawSocket.open(to.address().family(), to.protocol(), buffer);
    try {
      ports.bind(socket, to, source);
    } catch (IllegalArgumentException wrongSource) {
      socket.close();
      throw wrongSource;
    }
    return new Conversation(socket, to, naming::seenFrom);
  }

  /**
   * A flow that stays open: one TCP connection, or one UDP socket with one source port. Nothing is
   * sent before the first question.
   */
  public Flow flow(String from, Destination to, Optional<IpAddress> source) {
    MessageBuffer buffer = new MessageBuffer();
    return new Flow(inside(from, () -> conversation(to, source, buffer)));
  }

  /** Starts to make one connection after the other until the traffic is ended. */
  public Traffic traffic(String from, Destination to) {
    return Traffic.start(namespaces.apply(from), new Probe(from, to, Optional.empty(), 1), this);
  }

  /** One connection by a thread that is in the right namespace already. */
  Outcome onceHere(Probe probe, MessageBuffer buffer, Duration patience) {
    try (Conversation conversation = conversation(probe.to(), probe.source(), buffer)) {
      conversation.ask();
      Conversations.await(List.of(conversation), patience);
      return conversation.result();
    }
  }

  private <T> T inside(String name, Callable<T> task) {
    return Inside.call(namespaces.apply(name), task);
  }
}
