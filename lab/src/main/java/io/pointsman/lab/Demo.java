package io.pointsman.lab;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pointsman.lab.packet.Destination;
import io.pointsman.lab.packet.Expectation;
import io.pointsman.lab.packet.Probe;
import io.pointsman.lab.packet.Sighting;
import io.pointsman.lab.packet.Traffic;
import io.pointsman.lab.scenario.ProxyMode;
import io.pointsman.lab.scenario.ProxyUnderTest;
import io.pointsman.net.IpAddress;
import io.pointsman.net.Protocol;
import io.pointsman.reconcile.SyncReport;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;

/** What Pointsman does, shown in a few seconds on one machine. */
final class Demo {
  private static final List<String> ALL_PODS = List.of("a1", "a2", "b1", "b2");
  private static final List<String> ONE_LESS = List.of("a1", "a2", "b1");
  private static final int REQUESTS = 200;

  private final PrintStream out;
  private final Topology topology = Topology.standard(2, 2);
  private final ConcurrentLinkedQueue<SyncReport> reports = new ConcurrentLinkedQueue<>();
  private final AgentProxy proxy = new AgentProxy(AgentProxy.Supply.MANIFESTS, reports::add);

  Demo(PrintStream out) {
    this.out = out;
  }

  /** Shows everything; true when no request was lost after the kernel had the change. */
  boolean show() {
    try (Lab lab = Lab.up(topology)) {
      out.println("Two nodes A and B, pods a1 a2 on A and b1 b2 on B, a client 'ext' outside.");
      out.println(
          "Services: web (ClusterIP), shop (ClusterIP and node port 30080), both (dual stack).");
      boolean kept = true;
      ProxyUnderTest.Running running =
          proxy.start(deployment(lab, ProxyMode.NFTABLES), DemoObjects.with(topology, ALL_PODS));
      try {
        kept &= act(lab, ProxyMode.NFTABLES, running);
        heading("Live switch to iptables while requests run");
        running.publish(DemoObjects.with(topology, ALL_PODS));
        running.awaitProgrammed();
        reports.clear();
        try (Traffic traffic = lab.prober().traffic("a1", to("10.211.0.10", 80))) {
          // The rules outlive the agent that wrote them; two that run at once would fight.
          running.close();
          running =
              proxy.start(
                  deployment(lab, ProxyMode.IPTABLES), DemoObjects.with(topology, ALL_PODS));
          Traffic.Tally tally = traffic.end();
          kept &= answeredByPods(tally.counts());
          out.println("  requests meanwhile: " + tally.counts());
        }
        printTimes();
        kept &= act(lab, ProxyMode.IPTABLES, running);
      } finally {
        running.close();
      }
      out.println();
      out.println(kept ? "No request was lost." : "Requests were lost: see above.");
      return kept;
    }
  }

  private boolean act(Lab lab, ProxyMode mode, ProxyUnderTest.Running running) {
    heading("Mode " + mode + ": who answers " + REQUESTS + " requests");
    printTimes();
    printSpread(lab, ALL_PODS);
    heading("Mode " + mode + ": pod b2 goes while requests run");
    reports.clear();
    try (Traffic during = lab.prober().traffic("a1", to("10.211.0.10", 80))) {
      running.publish(DemoObjects.with(topology, ONE_LESS));
      running.awaitProgrammed();
      out.println("  requests until then: " + during.end().counts());
    }
    printTimes();
    boolean kept;
    Sighting after =
        lab.prober()
            .look(
                new Probe("a1", to("10.211.0.10", 80), java.util.Optional.empty(), REQUESTS),
                Expectation.none());
    kept =
        answeredByPods(after.counts())
            && pods(after.counts()).keySet().stream().noneMatch("b2"::equals);
    printSpread(lab, ONE_LESS);
    return kept;
  }

  private static boolean answeredByPods(Map<String, Integer> counts) {
    return counts.keySet().stream().allMatch(outcome -> outcome.contains(":8080 from "));
  }

  private void printSpread(Lab lab, List<String> pods) {
    out.printf("  %-6s %-26s", "from", "to");
    pods.forEach(pod -> out.printf("%6s", pod));
    out.printf("%8s%n", "failed");
    for (String from : List.of("a1", "A", "ext")) {
      for (Destination to :
          List.of(to("10.211.0.10", 80), to("172.29.0.11", 30080), to("fd00:211::30", 80))) {
        Map<String, Integer> counts =
            lab.prober()
                .look(new Probe(from, to, java.util.Optional.empty(), REQUESTS), Expectation.none())
                .counts();
        Map<String, Integer> byPod = pods(counts);
        int failed =
            counts.values().stream().mapToInt(Integer::intValue).sum()
                - byPod.values().stream().mapToInt(Integer::intValue).sum();
        out.printf("  %-6s %-26s", from, to);
        pods.forEach(pod -> out.printf("%6d", byPod.getOrDefault(pod, 0)));
        out.printf("%8d%n", failed);
      }
    }
  }

  /** Outcomes such as {@code a1:8080 from client}, summed up by pod. */
  private static Map<String, Integer> pods(Map<String, Integer> outcomes) {
    return outcomes.entrySet().stream()
        .filter(entry -> entry.getKey().contains(":8080 from "))
        .collect(
            Collectors.toMap(
                entry -> entry.getKey().substring(0, entry.getKey().indexOf(':')),
                Map.Entry::getValue,
                Integer::sum,
                TreeMap::new));
  }

  private void printTimes() {
    for (SyncReport report = reports.poll(); report != null; report = reports.poll()) {
      out.printf(
          "  %s: %d events in the kernel after %.1f ms (plan %.1f ms, kernel %.1f ms)%n",
          report.family(),
          report.events(),
          report.waited().toNanos() / 1e6,
          report.planning().toNanos() / 1e6,
          report.committing().toNanos() / 1e6);
    }
  }

  private void heading(String text) {
    out.println();
    out.println(text);
  }

  private ProxyUnderTest.Deployment deployment(Lab lab, ProxyMode mode) {
    ObjectNode configuration = JsonNodeFactory.instance.objectNode();
    configuration.put("apiVersion", "kubeproxy.config.k8s.io/v1alpha1");
    configuration.put("kind", "KubeProxyConfiguration");
    configuration.put("mode", mode.toString());
    configuration.put("clusterCIDR", "10.210.0.0/16,fd00:210::/32");
    return new ProxyUnderTest.Deployment(lab, topology.nodes(), mode, configuration);
  }

  private static Destination to(String address, int port) {
    return new Destination(IpAddress.of(address), port, Protocol.TCP);
  }
}
