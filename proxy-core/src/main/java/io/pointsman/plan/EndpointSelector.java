package io.pointsman.plan;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Chooses the endpoints of a Service port for one node.
 *
 * <p>Source: KEP-1669 (terminating endpoints), KEP-2086 (internalTrafficPolicy), KEP-2433 and
 * KEP-3015 (topology hints), and the observed behaviour of kube-proxy 1.36.
 *
 * @param nodeName compared with node hints
 * @param zone compared with zone hints; empty when the node has none
 */
public record EndpointSelector(String nodeName, String zone) {
  private enum Topology {
    ANY,
    SAME_ZONE,
    SAME_NODE
  }

  /**
   * The endpoints for each policy.
   *
   * @param candidates all endpoints of the port
   * @param usesCluster some traffic of the port falls under policy Cluster
   * @param usesLocal some traffic of the port falls under policy Local
   */
  public Selection select(List<Candidate> candidates, boolean usesCluster, boolean usesLocal) {
    if (candidates.isEmpty()) {
      return Selection.NOTHING;
    }
    List<Target> cluster = usesCluster ? chosen(candidates, judgeCluster(candidates)) : List.of();
    if (!usesLocal) {
      return new Selection(cluster, List.of(), cluster, !cluster.isEmpty());
    }
    boolean anyUsable =
        !cluster.isEmpty() || candidates.stream().anyMatch(c -> c.isReady() || c.isFallback());
    List<Target> local = chosen(candidates, judgeLocal(candidates));
    Set<Target> union = new TreeSet<>(cluster);
    union.addAll(local);
    return new Selection(cluster, local, List.copyOf(union), anyUsable);
  }

  private static List<Target> chosen(List<Candidate> candidates, List<Verdict> verdicts) {
    List<Target> chosen = new ArrayList<>(candidates.size());
    for (int i = 0; i < candidates.size(); i++) {
      if (verdicts.get(i).isIn()) {
        chosen.add(candidates.get(i).target());
      }
    }
    Collections.sort(chosen);
    return List.copyOf(chosen);
  }

  /** Why each candidate is used or left out under policy Cluster, in the order given. */
  public List<Verdict> judgeCluster(List<Candidate> candidates) {
    Topology topology = topology(candidates);
    boolean anyReady = false;
    for (Candidate candidate : candidates) {
      anyReady |= candidate.isReady();
    }
    List<Verdict> verdicts = new ArrayList<>(candidates.size());
    for (Candidate candidate : candidates) {
      verdicts.add(judgeCluster(candidate, topology, anyReady));
    }
    return verdicts;
  }

  private Verdict judgeCluster(Candidate candidate, Topology topology, boolean anyReady) {
    if (!candidate.isReady()) {
      return notReady(candidate, anyReady);
    }
    boolean in = matches(candidate, topology);
    return switch (topology) {
      case ANY -> Verdict.READY;
      case SAME_NODE -> in ? Verdict.READY_SAME_NODE : Verdict.OTHER_NODE;
      case SAME_ZONE -> in ? Verdict.READY_SAME_ZONE : Verdict.OTHER_ZONE;
    };
  }

  /**
   * Why each candidate is used or left out under policy Local, in the order given. Hints have no
   * part in it.
   */
  public List<Verdict> judgeLocal(List<Candidate> candidates) {
    boolean anyReady = candidates.stream().anyMatch(c -> c.target().local() && c.isReady());
    return candidates.stream().map(c -> judgeLocal(c, anyReady)).toList();
  }

  private static Verdict judgeLocal(Candidate candidate, boolean anyReady) {
    if (!candidate.target().local()) {
      return Verdict.NOT_ON_THIS_NODE;
    }
    return candidate.isReady() ? Verdict.READY : notReady(candidate, anyReady);
  }

  private static Verdict notReady(Candidate candidate, boolean anyReady) {
    if (!candidate.isFallback()) {
      return Verdict.NOT_READY;
    }
    return anyReady ? Verdict.TERMINATING : Verdict.TERMINATING_FALLBACK;
  }

  /**
   * Hints count only when every ready endpoint carries one and at least one points here; a hint
   * that is missing anywhere means that the hints are not (yet) consistent.
   */
  private Topology topology(List<Candidate> candidates) {
    boolean anyReady = false;
    boolean allNodes = true;
    boolean allZones = true;
    boolean thisNode = false;
    boolean thisZone = false;
    for (Candidate candidate : candidates) {
      if (candidate.isReady()) {
        anyReady = true;
        allNodes &= !candidate.endpoint().nodeHints().isEmpty();
        allZones &= !candidate.endpoint().zoneHints().isEmpty();
        thisNode |= candidate.endpoint().nodeHints().contains(nodeName);
        thisZone |= candidate.endpoint().zoneHints().contains(zone);
      }
    }
    if (!anyReady) {
      return Topology.ANY;
    }
    if (allNodes && thisNode) {
      return Topology.SAME_NODE;
    }
    return allZones && thisZone ? Topology.SAME_ZONE : Topology.ANY;
  }

  private boolean matches(Candidate candidate, Topology topology) {
    return switch (topology) {
      case ANY -> true;
      case SAME_NODE -> candidate.endpoint().nodeHints().contains(nodeName);
      case SAME_ZONE -> candidate.endpoint().zoneHints().contains(zone);
    };
  }
}
