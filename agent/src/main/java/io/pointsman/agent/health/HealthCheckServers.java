package io.pointsman.agent.health;

import io.pointsman.agent.http.HttpAnswer;
import io.pointsman.agent.http.HttpLoop;
import io.pointsman.agent.http.HttpRequest;
import io.pointsman.agent.http.ListenOn;
import io.pointsman.dataplane.CommitResult;
import io.pointsman.model.ObjectName;
import io.pointsman.reconcile.SyncReport;
import java.io.IOException;
import java.net.BindException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sockets of all health check node ports, kept as the last plans that the kernel took ask for.
 * Used by the thread that syncs, in the network namespace in which the sockets belong.
 */
public final class HealthCheckServers {
  private static final Logger LOG = LoggerFactory.getLogger(HealthCheckServers.class);

  /**
   * A program that is started just when a socket closes holds a copy of it until its exec, for some
   * milliseconds.
   */
  private static final Duration LONGEST_HOLD = Duration.ofSeconds(2);

  private static final Duration PAUSE = Duration.ofMillis(2);

  private final HttpLoop loop;
  private final BooleanSupplier proxyHealthy;
  private final Failure onFailure;
  private final Map<Integer, Map<ListenOn, HttpLoop.Listener>> open = new HashMap<>();
  private final Set<Integer> incomplete = new TreeSet<>();
  private volatile HealthChecks checks = HealthChecks.NONE;

  /**
   * @param loop serves the sockets, and closes them with itself
   * @param proxyHealthy whether the kernel is up to date
   * @param onFailure told each time that a socket cannot be had
   */
  public HealthCheckServers(HttpLoop loop, BooleanSupplier proxyHealthy, Failure onFailure) {
    this.onFailure = onFailure;
    this.loop = loop;
    this.proxyHealthy = proxyHealthy;
  }

  /** Hears of sockets that cannot be had. */
  public interface Failure {
    /**
     * @param port the healthCheckNodePort
     * @param problem where, and why
     */
    void failed(ObjectName service, int port, String problem);
  }

  /** Follows what a sync has changed, and tries again what could not be bound before. */
  public void accept(SyncReport report) {
    Set<Integer> touched = new TreeSet<>(incomplete);
    if (report.result() instanceof CommitResult.Committed) {
      HealthChecks.Step step = checks.after(report.plan());
      checks = step.checks();
      touched.addAll(step.touched());
    }
    touched.forEach(this::adjust);
  }

  private void adjust(int port) {
    Set<ListenOn> wanted = checks.sockets(port);
    Map<ListenOn, HttpLoop.Listener> sockets = open.computeIfAbsent(port, p -> new HashMap<>());
    // First what goes: an address can be free only then for a socket that takes all addresses.
    boolean freed = false;
    for (Map.Entry<ListenOn, HttpLoop.Listener> socket : List.copyOf(sockets.entrySet())) {
      if (!wanted.contains(socket.getKey())) {
        loop.close(socket.getValue());
        sockets.remove(socket.getKey());
        freed = true;
      }
    }
    boolean complete = true;
    for (ListenOn missing : wanted) {
      complete &= sockets.containsKey(missing) || bind(port, missing, freed, sockets);
    }
    if (complete) {
      incomplete.remove(port);
    } else {
      incomplete.add(port);
    }
    if (sockets.isEmpty()) {
      open.remove(port);
    }
  }

  private boolean bind(
      int port, ListenOn where, boolean freed, Map<ListenOn, HttpLoop.Listener> sockets) {
    try {
      sockets.put(where, freed ? listenWhenLetGo(where) : loop.listen(where, this::answer));
      return true;
    } catch (IOException e) {
      LOG.warn(
          "Service {}: its healthCheckNodePort {} cannot be served on {} ({}), so load balancers"
              + " will pass this node by; trying again at the next sync",
          checks.service(port).map(ObjectName::toString).orElse("(gone)"),
          port,
          where,
          e.getMessage());
      checks
          .service(port)
          .ifPresent(service -> onFailure.failed(service, port, where + ": " + e.getMessage()));
      return false;
    }
  }

  private HttpLoop.Listener listenWhenLetGo(ListenOn where) throws IOException {
    long start = System.nanoTime();
    while (true) {
      try {
        return loop.listen(where, this::answer);
      } catch (BindException held) {
        if (System.nanoTime() - start > LONGEST_HOLD.toNanos()) {
          throw held;
        }
        LockSupport.parkNanos(PAUSE.toNanos());
      }
    }
  }

  private Optional<HttpAnswer> answer(HttpRequest request) {
    return checks.answer(request, proxyHealthy.getAsBoolean());
  }
}
