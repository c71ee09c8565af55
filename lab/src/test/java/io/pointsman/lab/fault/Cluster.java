package io.pointsman.lab.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.pointsman.apiserver.ApiServer;
import io.pointsman.apiserver.ObjectRef;
import io.pointsman.lab.Lab;
import io.pointsman.net.IpFamily;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** A Service {@code steady} that never changes, and others that do, on an API server. */
final class Cluster {
  private static final Map<String, String> POD_NUMBERS = Map.of("a1", "11", "a2", "12");

  /** Pods of each of the others by its number; without a pod it refuses. */
  private final Map<Integer, Set<String>> others = new TreeMap<>();

  private ApiServer server;

  /** Puts the Node and the steady Service on the server. */
  Cluster(ApiServer server) {
    this.server = server;
    server.put(
        """
        {"apiVersion":"v1","kind":"Node","metadata":{"name":"node-a"},"status":{"addresses":[
         {"type":"InternalIP","address":"172.29.0.11"},{"type":"InternalIP","address":"fd00:29::11"}]}}
        """);
    putService("steady", 10, 30080);
    putSlices("steady", Set.of("a1"));
  }

  /** From now on this server has the objects. */
  void moveTo(ApiServer other) {
    server = other;
  }

  /** Another Service, new or changed. */
  void put(int number, Set<String> pods) {
    putService("other-" + number, 100 + number, 30100 + number);
    putSlices("other-" + number, pods);
    others.put(number, new TreeSet<>(pods));
  }

  /** Pods of one of the others. */
  Set<String> pods(int number) {
    return others.getOrDefault(number, Set.of());
  }

  void remove(int number) {
    server.delete(ObjectRef.service("default", "other-" + number));
    for (IpFamily family : IpFamily.values()) {
      server.delete(ObjectRef.slice("default", "other-" + number + "-" + suffix(family)));
    }
    others.remove(number);
  }

  private void putService(String name, int number, int nodePort) {
    server.put(
        """
        {"apiVersion":"v1","kind":"Service","metadata":{"name":"%1$s","namespace":"default"},
         "spec":{"type":"NodePort","clusterIP":"10.211.0.%2$d",
         "clusterIPs":["10.211.0.%2$d","fd00:211::%2$d"],"ipFamilies":["IPv4","IPv6"],
         "ports":[{"name":"t","port":80,"protocol":"TCP","nodePort":%3$d},
                  {"name":"u","port":80,"protocol":"UDP","nodePort":%3$d}]}}
        """
            .formatted(name, number, nodePort));
  }

  private void putSlices(String name, Set<String> pods) {
    for (IpFamily family : IpFamily.values()) {
      server.put(
          """
          {"apiVersion":"discovery.k8s.io/v1","kind":"EndpointSlice","metadata":{
           "name":"%1$s-%2$s","namespace":"default","labels":{"kubernetes.io/service-name":"%1$s"}},
           "addressType":"%3$s","ports":[{"name":"t","protocol":"TCP","port":8080},
           {"name":"u","protocol":"UDP","port":8080}],"endpoints":[%4$s]}
          """
              .formatted(
                  name,
                  suffix(family),
                  family,
                  pods.stream()
                      .map(pod -> endpoint(pod, family))
                      .collect(Collectors.joining(","))));
    }
  }

  private static String suffix(IpFamily family) {
    return family == IpFamily.IPV4 ? "4" : "6";
  }

  private static String endpoint(String pod, IpFamily family) {
    return "{\"addresses\":[\"%s%s\"],\"nodeName\":\"node-a\",\"conditions\":{\"ready\":true}}"
        .formatted(family == IpFamily.IPV4 ? "10.210.1." : "fd00:210:1::", POD_NUMBERS.get(pod));
  }

  /** Waits until clients of all others reach their pods. */
  void awaitReached(Lab lab, AgentProcess agent) throws Exception {
    for (Map.Entry<Integer, Set<String>> other : others.entrySet()) {
      for (String to : Set.of("10.211.0.%d:80", "[fd00:211::%d]:80")) {
        String address = to.formatted(100 + other.getKey());
        Await.until(
            () -> reached(lab, address).equals(expected(other.getValue())),
            () -> address + ": " + reached(lab, address) + "\n" + String.join("\n", agent.log()));
      }
    }
  }

  /**
   * As {@link #awaitReached}; the kernel holds nothing else then, and the metrics say so. What has
   * gone may leave the kernel after what is new has come.
   */
  void awaitServed(Lab lab, AgentProcess agent) throws Exception {
    awaitReached(lab, agent);
    double services = 1.0 + others.size();
    for (IpFamily family : IpFamily.values()) {
      String label = "{ip_family=\"" + family + "\"}";
      Await.until(
          () ->
              agent.metric("pointsman_services" + label) == services
                  && agent.metric("pointsman_oldest_unapplied_change_seconds" + label) == 0,
          () -> "not " + services + " Services\n" + String.join("\n", agent.log()));
    }
    assertThat(agent.diff().differs()).as("%s", agent.diff().print()).isFalse();
  }

  private static Set<String> expected(Set<String> pods) {
    return pods.isEmpty() ? Set.of("nobody") : pods;
  }

  private static Set<String> reached(Lab lab, String address) {
    return lab.outcomes("ext", address).stream()
        .map(outcome ->
            outcome.contains(" from ") ? outcome.substring(0, outcome.indexOf(':')) : "nobody")
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
