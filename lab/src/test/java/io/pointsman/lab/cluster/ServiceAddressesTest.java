package io.pointsman.lab.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pointsman.lab.scenario.ClusterObjects;
import io.pointsman.lab.scenario.Manifest;
import io.pointsman.net.Cidr;
import java.util.List;
import org.junit.jupiter.api.Test;

class ServiceAddressesTest {
  private static final Ranges RANGES =
      new Ranges(
          List.of(Cidr.of("172.29.0.0/24"), Cidr.of("fd00:29::/64")),
          List.of(Cidr.of("10.244.0.0/16"), Cidr.of("fd00:244::/48")),
          List.of(Cidr.of("10.96.0.0/29"), Cidr.of("fd00:96::/112")));

  private static Manifest service(String name, String spec) {
    return ObjectText.read(
            "{apiVersion: v1, kind: Service, metadata: {name: " + name + "}, spec: " + spec + "}",
            "test")
        .getFirst()
        .object();
  }

  private static Manifest complete(Manifest service, Manifest... others) {
    return new ServiceAddresses(RANGES, ClusterObjects.of(List.of(others))).complete(service);
  }

  @Test
  void theLowestFreeAddressIsGiven() {
    Manifest first = complete(service("a", "{ports: [{port: 80}]}"));
    Manifest second = complete(service("b", "{ports: [{port: 80}]}"), first);

    assertThat(first.at("/spec/clusterIP").asText()).isEqualTo("10.96.0.1");
    assertThat(second.at("/spec/clusterIP").asText()).isEqualTo("10.96.0.2");
    assertThat(second.at("/spec/type").asText()).isEqualTo("ClusterIP");
  }

  @Test
  void bothFamiliesAreGivenWhenAskedFor() {
    Manifest service =
        complete(service("a", "{ipFamilyPolicy: RequireDualStack, ports: [{port: 80}]}"));

    assertThat(service.at("/spec/clusterIPs")).hasToString("[\"10.96.0.1\",\"fd00:96::100\"]");
    assertThat(service.at("/spec/ipFamilies")).hasToString("[\"IPv4\",\"IPv6\"]");
  }

  @Test
  void whatAServiceHasItKeeps() {
    Manifest before = complete(service("a", "{type: LoadBalancer, ports: [{port: 80}]}"));
    Manifest after =
        complete(service("a", "{type: LoadBalancer, ports: [{port: 80}, {port: 81}]}"), before);

    assertThat(before.at("/spec/ports/0/nodePort").asInt()).isEqualTo(30000);
    assertThat(after.at("/spec/ports/0/nodePort").asInt()).isEqualTo(30000);
    assertThat(after.at("/spec/ports/1/nodePort").asInt()).isEqualTo(30001);
    assertThat(after.at("/spec/clusterIP")).isEqualTo(before.at("/spec/clusterIP"));
    assertThat(after.at("/status/loadBalancer/ingress/0/ip").asText()).isEqualTo("203.0.113.1");
    assertThat(complete(after, after)).isEqualTo(after);
  }

  @Test
  void headlessOnesAndNamesOfOthersGetNone() {
    assertThat(complete(service("a", "{clusterIP: None}")).at("/spec/clusterIPs"))
        .hasToString("[\"None\"]");
    assertThat(
            complete(service("a", "{type: ExternalName, externalName: x.org}"))
                .at("/spec/clusterIP")
                .isMissingNode())
        .isTrue();
  }

  @Test
  void anExhaustedRangeIsSaid() {
    Manifest[] all = new Manifest[7];
    for (int i = 0; i < all.length; i++) {
      all[i] = service("s" + i, "{clusterIP: 10.96.0." + (i + 1) + "}");
    }

    assertThatThrownBy(() -> complete(service("a", "{ports: [{port: 80}]}"), all))
        .hasMessage("the range 10.96.0.0/29 is exhausted; delete a Service");
  }
}
