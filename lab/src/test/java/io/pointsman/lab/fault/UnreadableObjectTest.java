package io.pointsman.lab.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.pointsman.apiserver.ApiServer;
import io.pointsman.apiserver.ObjectRef;
import io.pointsman.lab.Lab;
import io.pointsman.lab.NeedsLab;
import io.pointsman.lab.Topology;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The API server has objects that nobody can read. */
@NeedsLab
class UnreadableObjectTest {
  private static final String COUNT = "pointsman_unreadable_objects";
  private static final String SLICE = "endpointslices default/other-1-4";
  private static final String SERVICE = "services default/other-2";

  /** With another pod than before, so that it shows which state is in force. */
  private static final String UNREADABLE_SLICE =
      """
      {"apiVersion":"discovery.k8s.io/v1","kind":"EndpointSlice","metadata":{
       "name":"other-1-4","namespace":"default","labels":{"kubernetes.io/service-name":"other-1"}},
       "addressType":"IPv4","ports":[{"name":"t","protocol":"TCP","port":"http"}],
       "endpoints":[{"addresses":["10.210.1.12"]}]}
      """;

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"nftables", "iptables"})
  void itsLastReadableStateServesAndAllOthersChange(String mode) throws Exception {
    try (Lab lab = Lab.up(Topology.standard(1, 2));
        ApiServer api = lab.namespace("A").call(() -> ApiServer.start())) {
      Cluster cluster = new Cluster(api);
      cluster.put(1, Set.of("a1"));
      cluster.put(2, Set.of("a1"));
      // Was never readable: left out.
      api.put(service("never", "5"));
      try (AgentProcess agent = AgentProcess.start(lab, folder, mode, "--master=" + api.url())) {
        agent.awaitFirstSyncs();
        try (Load load = Load.start(lab)) {
          cluster.awaitServed(lab, agent);
          assertThat(agent.metric(COUNT)).isEqualTo(1);

          api.put(UNREADABLE_SLICE);
          api.put(service("other-2", "[]"));
          Await.until(() -> agent.metric(COUNT) == 3, () -> String.join("\n", agent.log()));
          cluster.put(3, Set.of("a1"));
          cluster.awaitServed(lab, agent);
          assertThat(agent.readyz())
              .startsWith("HTTP/1.1 200 ")
              .contains(SLICE, SERVICE, "services default/never");
          agent.awaitLine(SLICE + " cannot be read: ports[0].port is 'http': ");

          // What was known of them outlives a new list, as after a server that has forgotten.
          api.compact();
          api.cutConnections();
          cluster.put(3, Set.of("a2"));
          cluster.awaitServed(lab, agent);

          healed(api, cluster);
          Await.until(() -> agent.metric(COUNT) == 0, () -> String.join("\n", agent.log()));
          cluster.awaitServed(lab, agent);
          assertThat(agent.readyz()).contains("\"unreadable\":[]");
          load.assertUndisturbed("all the time");
        }
        assertThat(agent.errors()).isEmpty();
      }
    }
  }

  /** By a correction, by one that changes something, and by a deletion. */
  private static void healed(ApiServer api, Cluster cluster) {
    cluster.put(1, Set.of("a2"));
    cluster.put(2, Set.of("a1"));
    api.delete(ObjectRef.service("default", "never"));
  }

  private static String service(String name, String clusterIp) {
    return """
    {"apiVersion":"v1","kind":"Service","metadata":{"name":"%s","namespace":"default"},
     "spec":{"clusterIP":%s,"ports":[{"port":80}]}}
    """
        .formatted(name, clusterIp);
  }
}
