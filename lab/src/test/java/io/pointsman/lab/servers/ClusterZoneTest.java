package io.pointsman.lab.servers;

import static org.assertj.core.api.Assertions.assertThat;

import io.pointsman.lab.Topology;
import io.pointsman.lab.scenario.ClusterObjects;
import io.pointsman.lab.scenario.ScenarioReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClusterZoneTest {
  private static String zone(String objects) {
    return ClusterZone.of(
        ClusterObjects.of(
            new ScenarioReader(Topology.standard(1, 2))
                .read("test", "objects: [" + objects + "]")
                .objects()),
        7);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {service: web, ip: ['10.211.0.10', 'fd00:211::10'], ports: ['http=80']} | web.default.svc A 10.211.0.10
          {service: web, ip: ['10.211.0.10', 'fd00:211::10'], ports: ['http=80']} | web.default.svc AAAA fd00:211::10
          {service: web, ip: ['10.211.0.10'], ports: ['http=80']}   | _http._tcp.web.default.svc SRV 0 100 80 web.default.svc
          {service: out, type: ExternalName, spec: {externalName: www.example.org}} | out.default.svc CNAME www.example.org.
          {apiVersion: v1, kind: Pod, metadata: {name: p}, status: {podIP: 10.244.2.5}} | 10-244-2-5.default.pod A 10.244.2.5
          {service: kube-dns, namespace: kube-system, ip: [10.96.0.10]} | ns.dns A 10.96.0.10
          """)
  void hasARecord(String object, String record) {
    assertThat(zone(object).lines()).contains(record);
  }

  @Test
  void aHeadlessServiceHasItsReadyPods() {
    assertThat(
            zone("{service: db, ip: [None], ports: ['sql=5432']}, {slice: db, ports: ['sql=5432'],"
                    + " endpoints: [a1, {pod: a2, ready: false}]}")
                .lines())
        .contains(
            "db.default.svc A 10.210.1.11",
            "10-210-1-11.db.default.svc A 10.210.1.11",
            "_sql._tcp.db.default.svc SRV 0 100 5432 10-210-1-11.db.default.svc")
        .noneMatch(line -> line.contains("10.210.1.12"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a b", "$INCLUDE", "A", "a.b", "a\\nb A 1.2.3.4", "\\u00e4", ";"})
  void aNameThatIsNoLabelIsLeftOut(String name) {
    assertThat(zone("{service: \"" + name + "\", ip: [10.211.0.10], ports: ['80']}"))
        .isEqualTo(zone(""));
  }

  @Test
  void carriesTheSerialNumber() {
    assertThat(zone("").lines()).contains("@ SOA ns.dns hostmaster 7 7200 1800 86400 5");
  }
}
