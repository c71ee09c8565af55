package io.pointsman.agent;

import io.pointsman.dataplane.CommitResult.Refusal;
import io.pointsman.kubernetes.ApiEvent;
import io.pointsman.kubernetes.ApiEvent.Regarding;
import io.pointsman.kubernetes.EventSink;
import io.pointsman.model.ObjectName;
import io.pointsman.net.IpFamily;
import io.pointsman.reconcile.SyncReport;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What this proxy tells the cluster by Events: kube-proxy's, under its names, and Services that the
 * kernel of this node refuses. What is wrong with an object itself is not told so: every node would
 * say it. Used by one thread.
 */
final class NodeEvents {
  /** Of one sync: a kernel that refuses thousands is told of by a few of them. */
  private static final int MOST_REFUSED = 10;

  private static final String START = "StartKubeProxy";

  private final EventSink sink;
  private final String node;
  private final Map<IpFamily, Set<ObjectName>> leftOut = new EnumMap<>(IpFamily.class);

  NodeEvents(EventSink sink, String node) {
    this.sink = sink;
    this.node = node;
  }

  void starting() {
    sink.report(new ApiEvent(Regarding.node(node), false, "Starting", START, ""));
  }

  /**
   * An address that must be bound cannot be, and the proxy ends.
   *
   * @param reason kube-proxy's word for which it is
   */
  void cannotStart(String reason, String problem) {
    sink.report(new ApiEvent(Regarding.node(node), true, reason, START, problem));
  }

  /** A Service's healthCheckNodePort cannot be served. */
  void failedToListen(ObjectName service, int port, String problem) {
    String note =
        "node %s cannot serve healthCheckNodePort %d: %s; load balancers will pass it by"
            .formatted(node, port, problem);
    sink.report(
        new ApiEvent(
            Regarding.service(service), true, "FailedToStartServiceHealthcheck", "Listen", note));
  }

  /** After a sync of a family: Services that are left out and were not before. */
  void accept(SyncReport report) {
    Set<ObjectName> fresh = new TreeSet<>(report.leftOut());
    fresh.removeAll(leftOut.getOrDefault(report.family(), Set.of()));
    leftOut.put(report.family(), report.leftOut());
    fresh.stream()
        .limit(MOST_REFUSED)
        .forEach(service -> {
          String note =
              "node %s does not serve it by %s, as the kernel refuses its rules: %s"
                  .formatted(node, report.family(), reasons(service, report.refusals()));
          sink.report(
              new ApiEvent(
                  Regarding.service(service), true, "RefusedByKernel", "ProgramRules", note));
        });
  }

  private static String reasons(ObjectName service, List<Refusal> refusals) {
    return refusals.stream()
        .filter(refusal -> refusal.service().equals(Optional.of(service)))
        .map(Refusal::reason)
        .distinct()
        .collect(Collectors.joining("; "));
  }

  /** How many Events were given up since the start. */
  long lost() {
    return sink.lost();
  }
}
