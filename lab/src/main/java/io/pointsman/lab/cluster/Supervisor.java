package io.pointsman.lab.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pointsman.agent.local.AgentConnection;
import io.pointsman.agent.local.AgentSocket;
import io.pointsman.agent.log.Log;
import io.pointsman.agent.log.LogSettings;
import io.pointsman.lab.LabException;
import io.pointsman.lab.scenario.Manifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The process that owns a lab. It tells the one who started it on its standard output how it came
 * up, and goes down again when that one dies before; afterwards it answers on a socket, and ends on
 * a signal.
 */
final class Supervisor {
  /** What it says when the lab is up; all else that it says is why it is not. */
  static final String READY = "ready";

  /**
   * Answer to {@code place}.
   *
   * @param resolver path of its resolv.conf, or empty
   */
  record Place(String namespace, String resolver) {}

  /** A question about a place, or about nothing. */
  record Named(String name) {}

  /** Answer to {@code down}: the process that is ending. */
  record Ending(long pid) {}

  /** Answer to {@code apply}: what was done. */
  record Said(String text) {}

  private static final Logger LOG = Logger.getLogger(Supervisor.class.getName());
  private static final int FAILED = 2;

  private final StateDirectory state;
  private final CountDownLatch ended = new CountDownLatch(1);
  private Optional<StateDirectory.Owned> owned = Optional.empty();
  private Optional<Cluster> cluster = Optional.empty();
  private Optional<AgentSocket> socket = Optional.empty();

  private Supervisor(StateDirectory state) {
    this.state = state;
  }

  /**
   * Serves until it is told to end; exits the process.
   *
   * @param label what messages call the lab's file
   */
  static void run(StateDirectory state, String label) {
    Log.toStandardError(LogSettings.DEFAULT);
    Supervisor supervisor = new Supervisor(state);
    Thread serving = Thread.currentThread();
    Runtime.getRuntime()
        .addShutdownHook(Thread.ofPlatform().unstarted(() -> supervisor.takeDown(serving)));
    Thread starter = Thread.ofPlatform().daemon().name("starter").start(supervisor::followStarter);
    try {
      supervisor.bringUp(label);
      starter.interrupt();
      System.out.println(READY);
      System.out.close();
      supervisor.ended.await();
      System.exit(0);
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | IOException failed) {
      LOG.log(Level.INFO, "the lab did not come up", failed);
      System.out.println(failed.getMessage());
      System.out.close();
      System.exit(FAILED);
    }
  }

  /** Standard input ends when the starter does: before the lab is up, nobody would know of it. */
  private void followStarter() {
    try {
      while (System.in.read() >= 0) {
        // It says nothing.
      }
    } catch (IOException gone) {
      // As good as its end.
    }
    synchronized (this) {
      if (socket.isPresent()) {
        return;
      }
    }
    System.exit(FAILED);
  }

  private void bringUp(String label) throws IOException {
    StateDirectory.Owned own =
        state.own().orElseThrow(() -> new LabException("the lab in " + state.path() + " is up"));
    synchronized (this) {
      owned = Optional.of(own);
    }
    ClusterSpec spec = ClusterFile.read(Files.readString(state.file()), label);
    Cluster up = Cluster.up(spec, state.path());
    synchronized (this) {
      cluster = Optional.of(up);
      Files.writeString(state.kubeconfig(), up.kubeconfig());
      socket = Optional.of(AgentSocket.open(state.socket(), answerers(up)));
    }
  }

  private Map<String, AgentSocket.Answerer> answerers(Cluster up) {
    return Map.of(
        "status", AgentConnection.answerer(Named.class, question -> up.view()),
        "place", AgentConnection.answerer(Named.class, question -> place(up, question.name())),
        "apply", question -> apply(up, question),
        "down", AgentConnection.answerer(Named.class, question -> end()));
  }

  private Place place(Cluster up, String name) throws IOException {
    String namespace = up.namespace(name).path();
    Optional<String> resolver = up.resolver(name);
    if (resolver.isEmpty()) {
      return new Place(namespace, "");
    }
    Path file = state.path().resolve("resolv.conf-" + name.replace('/', '_'));
    Files.writeString(file, resolver.get());
    return new Place(namespace, file.toString());
  }

  private static JsonNode apply(Cluster up, JsonNode object) {
    if (!(object instanceof ObjectNode tree)) {
      throw new LabException("an object is a mapping, not " + object);
    }
    return tree.objectNode().put("text", up.apply(Manifest.of(tree)));
  }

  private Ending end() {
    ended.countDown();
    return new Ending(ProcessHandle.current().pid());
  }

  /** The last thing that this process does, whatever ends it. */
  private void takeDown(Thread serving) {
    serving.interrupt();
    synchronized (this) {
      socket.ifPresent(AgentSocket::close);
      cluster.ifPresent(Cluster::close);
      owned.ifPresent(own -> {
        try {
          own.remove();
        } catch (IOException stays) {
          LOG.log(Level.WARNING, "the lab's directory stays", stays);
        }
        own.close();
      });
    }
  }

  /** What there is to try, for who has brought a lab up. */
  static String hints(ClusterView view) {
    String pod =
        view.pods().stream()
            .filter(one -> one.serves().equals(PodImage.WEB.toString()))
            .map(ClusterView.PodView::place)
            .findFirst()
            .orElse(ClusterPlan.CLIENT);
    Stream<String> services =
        view.services().stream()
            .filter(one -> !one.endpoints().isEmpty() && !one.addresses().isEmpty())
            .filter(one -> one.ports().getFirst().endsWith("/TCP"))
            .limit(3)
            .map(one ->
                "  bin/pointsman-lab exec "
                    + pod
                    + " -- curl -s http://"
                    + url(one.addresses().getFirst(), one.ports().getFirst())
                    + "    # "
                    + one.name());
    return Stream.of(
            Stream.of("Try:", "  bin/pointsman-lab status --diagram"),
            services,
            Stream.of(
                "  bin/pointsman-lab exec "
                    + view.nodes().getFirst().name()
                    + " -- "
                    + (view.backend().equals("nftables")
                        ? "nft list table ip pointsman"
                        : "iptables-save -t nat"),
                "  kubectl --kubeconfig " + view.kubeconfig() + " get pods,services -A",
                "  bin/pointsman-lab down"))
        .flatMap(lines -> lines)
        .collect(Collectors.joining("\n"));
  }

  private static String url(String address, String port) {
    String host = address.contains(":") ? "[" + address + "]" : address;
    return host + ":" + port.replaceAll("[^0-9].*", "") + "/";
  }
}
