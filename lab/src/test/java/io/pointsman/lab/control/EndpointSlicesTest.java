package io.pointsman.lab.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.pointsman.lab.scenario.ObjectKey;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EndpointSlicesTest {
  private static final String NODE =
      """
      apiVersion: v1
      kind: Node
      metadata: {name: node-a, labels: {topology.kubernetes.io/zone: zone-1}}
      """;

  private static final String WEB =
      """
      apiVersion: v1
      kind: Service
      metadata: {name: web, labels: {team: shop}}
      spec: {clusterIP: 10.96.0.1, selector: {app: web}, ports: [{name: http, port: 80, targetPort: http}]}
      """;

  private final EndpointSlices controller = new EndpointSlices();

  private static Model model(String... more) {
    Model model = new Model(NODE, WEB);
    model.put(Model.pod("1", "10.0.0.1", "web"));
    model.put(Model.pod("2", "10.0.0.2", "web"));
    model.put(Model.pod("3", "10.0.0.3", "other"));
    List.of(more).forEach(model::put);
    return model;
  }

  @Test
  void endpointsAreThePodsThatTheSelectorSelects() {
    Model model = model();
    assertThat(model.step(controller)).containsExactly("Create web-ipv4-1");
    assertThat(model.endpoints("web-ipv4-1")).containsExactly("1 10.0.0.1 rs-", "2 10.0.0.2 rs-");
    assertThat(model.step(controller)).isEmpty();
  }

  @Test
  void aSliceSaysAllThatAProxyReads() {
    Model model = model();
    model.step(controller);
    assertThat(model.slice("web-ipv4-1"))
        .isEqualTo(
            Model.manifest(
                """
                apiVersion: discovery.k8s.io/v1
                kind: EndpointSlice
                metadata:
                  name: web-ipv4-1
                  uid: uid-6
                  labels: {team: shop, kubernetes.io/service-name: web, endpointslice.kubernetes.io/managed-by: endpointslice-controller.k8s.io}
                  ownerReferences: [{apiVersion: v1, kind: Service, name: web, uid: uid-2, controller: true, blockOwnerDeletion: true}]
                addressType: IPv4
                ports: [{name: http, protocol: TCP, port: 8080}]
                endpoints:
                - addresses: [10.0.0.1]
                  conditions: {ready: true, serving: true, terminating: false}
                  targetRef: {kind: Pod, namespace: default, name: "1", uid: uid-3}
                  nodeName: node-a
                  zone: zone-1
                - addresses: [10.0.0.2]
                  conditions: {ready: true, serving: true, terminating: false}
                  targetRef: {kind: Pod, namespace: default, name: "2", uid: uid-4}
                  nodeName: node-a
                  zone: zone-1
                """));
  }

  @Test
  void anotherSelectorGivesOtherEndpoints() {
    Model model = model();
    model.step(controller);
    model.put(WEB.replace("app: web", "app: other"));
    assertThat(model.step(controller)).containsExactly("Replace web-ipv4-1");
    assertThat(model.endpoints("web-ipv4-1")).containsExactly("3 10.0.0.3 rs-");
  }

  @Test
  void aServiceWithoutSelectorKeepsTheSlicesThatSomebodyGaveIt() {
    Model model = model();
    model.step(controller);
    model.put(WEB.replace("selector: {app: web}, ", ""));
    model.put(Model.pod("4", "10.0.0.4", "web"));
    assertThat(model.step(controller)).isEmpty();
  }

  @Test
  void podsThatAreNotReadyOrTerminateSayHowTheyAre() {
    Model model = model();
    model.setPod("1", false);
    model.terminate(new ObjectKey("Pod", "default", "2"));
    model.step(controller);
    assertThat(model.endpoints("web-ipv4-1")).containsExactly("1 10.0.0.1 ---", "2 10.0.0.2 -st");

    model.put(WEB.replace("clusterIP:", "publishNotReadyAddresses: true, clusterIP:"));
    model.step(controller);
    assertThat(model.endpoints("web-ipv4-1")).containsExactly("1 10.0.0.1 r--", "2 10.0.0.2 rst");
  }

  @Test
  void aPodWithoutAddressOrAtItsEndIsNoEndpoint() {
    Model model = model();
    model.put(Model.pod("1", "10.0.0.1", "web").replace("Running", "Failed"));
    model.put(Model.pod("2", "10.0.0.2", "web").replaceAll("podIPs: .*", "podIPs: []"));
    assertThat(model.step(controller)).containsExactly("Create web-ipv4-1");
    assertThat(model.endpoints("web-ipv4-1")).isEmpty();
  }

  @Test
  void aNamedPortMayBeAnotherNumberInEachPod() {
    Model model = model();
    model.put(Model.pod("2", "10.0.0.2", "web").replace("8080", "9090"));
    assertThat(model.step(controller)).containsExactly("Create web-ipv4-1", "Create web-ipv4-2");
    assertThat(model.slice("web-ipv4-1").at("/ports/0/port").asInt()).isEqualTo(8080);
    assertThat(model.endpoints("web-ipv4-1")).containsExactly("1 10.0.0.1 rs-");
    assertThat(model.slice("web-ipv4-2").at("/ports/0/port").asInt()).isEqualTo(9090);
    assertThat(model.endpoints("web-ipv4-2")).containsExactly("2 10.0.0.2 rs-");

    model.put(Model.pod("1", "10.0.0.1", "web").replace("8080", "9090"));
    assertThat(model.step(controller)).containsExactly("Replace web-ipv4-2", "Delete web-ipv4-1");
  }

  @Test
  void bothFamiliesHaveSlicesOfTheirOwn() {
    Model model = model();
    model.put(WEB.replace("clusterIP:", "ipFamilies: [IPv4, IPv6], clusterIP:"));
    assertThat(model.step(controller)).containsExactly("Create web-ipv4-1", "Create web-ipv6-1");
    assertThat(model.endpoints("web-ipv6-1")).containsExactly("1 fd00::1 rs-", "2 fd00::2 rs-");

    model.put(WEB);
    assertThat(model.step(controller)).containsExactly("Delete web-ipv6-1");
  }

  @Test
  void aHeadlessServiceIsMarkedAndNamesItsPods() {
    Model model = model(WEB.replace("10.96.0.1", "None"));
    model.put(
        Model.pod("1", "10.0.0.1", "web")
            .replace("nodeName:", "hostname: one, subdomain: web, nodeName:"));
    model.step(controller);
    assertThat(model.slice("web-ipv4-1").at("/metadata/labels").has(EndpointSlices.HEADLESS))
        .isTrue();
    assertThat(model.slice("web-ipv4-1").at("/endpoints/0/hostname").asText()).isEqualTo("one");
  }

  @Test
  void hintsSayForWhichZoneAnEndpointIs() {
    Model model =
        model(WEB.replace("clusterIP:", "trafficDistribution: PreferSameNode, clusterIP:"));
    model.step(controller);
    assertThat(model.slice("web-ipv4-1").at("/endpoints/0/hints").toString())
        .isEqualTo("{\"forZones\":[{\"name\":\"zone-1\"}],\"forNodes\":[{\"name\":\"node-a\"}]}");
  }

  @Test
  void aHundredEndpointsFillASliceAndOnlyWhatChangesIsWritten() {
    Model model = new Model(NODE, WEB);
    for (int i = 100; i < 350; i++) {
      model.put(Model.pod("p" + i, "10.0.1." + (i - 100), "web"));
    }
    assertThat(model.step(controller))
        .containsExactly("Create web-ipv4-1", "Create web-ipv4-2", "Create web-ipv4-3");
    assertThat(sizes(model, 3)).containsExactly(100, 100, 50);

    model.setPod("p210", false);
    assertThat(model.step(controller)).containsExactly("Replace web-ipv4-2");

    model.put(Model.pod("p400", "10.0.2.1", "web"));
    assertThat(model.step(controller)).containsExactly("Replace web-ipv4-3");
    assertThat(sizes(model, 3)).containsExactly(100, 100, 51);

    model.remove("Pod", "p100");
    model.put(Model.pod("p401", "10.0.2.2", "web"));
    assertThat(model.step(controller))
        .as("the new one takes the place that a write makes anyway")
        .containsExactly("Replace web-ipv4-1");
    assertThat(sizes(model, 3)).containsExactly(100, 100, 51);

    for (int i = 300; i < 350; i++) {
      model.remove("Pod", "p" + i);
    }
    model.remove("Pod", "p400");
    assertThat(model.step(controller)).containsExactly("Delete web-ipv4-3");
  }

  private static List<Integer> sizes(Model model, int slices) {
    List<Integer> sizes = new ArrayList<>();
    for (int number = 1; number <= slices; number++) {
      sizes.add(model.endpoints("web-ipv4-" + number).size());
    }
    return sizes;
  }

  @Test
  void withoutPodsOneEmptySliceStays() {
    Model model = model();
    model.step(controller);
    model.remove("Pod", "1");
    model.remove("Pod", "2");
    assertThat(model.step(controller)).containsExactly("Replace web-ipv4-1");
    assertThat(model.endpoints("web-ipv4-1")).isEmpty();
    assertThat(model.step(controller)).isEmpty();
  }

  @Test
  void slicesOfOthersAreLeftAlone() {
    Model model = model();
    model.put(
        """
        apiVersion: discovery.k8s.io/v1
        kind: EndpointSlice
        metadata: {name: mine, labels: {kubernetes.io/service-name: web}}
        addressType: IPv4
        endpoints: []
        """);
    assertThat(model.step(controller)).containsExactly("Create web-ipv4-1");
  }

  @Test
  void slicesGoWithTheirService() {
    Model model = model();
    model.step(controller);
    assertThat(model.step(new Garbage())).isEmpty();
    model.remove("Service", "web");
    assertThat(model.step(new Garbage())).containsExactly("Delete web-ipv4-1");
  }
}
