package io.pointsman.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The requests that kubectl 1.32 makes, as {@code kubectl -v=9} shows them. */
class KubectlRequestsTest {
  private static final String DEPLOYMENTS = "/apis/apps/v1/namespaces/default/deployments";
  private static final String PODS = "/api/v1/namespaces/default/pods";
  private static final String STRATEGIC = "application/strategic-merge-patch+json";

  private ApiServer server;
  private Client client;

  @BeforeEach
  void start() {
    server = ApiServer.start();
    client = new Client(server);
    server.put(
        """
        {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web"},
         "spec":{"replicas":2,"selector":{"matchLabels":{"app":"web"}},"template":{"spec":{
          "containers":[{"name":"a","image":"a:1","ports":[{"containerPort":80},{"containerPort":81}]},
                        {"name":"b","image":"b:1"}]}}},
         "status":{"replicas":2,"readyReplicas":1,"updatedReplicas":2}}
        """);
    server.put(
        """
        {"apiVersion":"v1","kind":"Pod","metadata":{"name":"p"},
         "spec":{"nodeName":"node-a","terminationGracePeriodSeconds":7,"containers":[{"name":"c"}]},
         "status":{"phase":"Running","containerStatuses":[{"ready":true,"restartCount":3}]}}
        """);
  }

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  private static List<String> texts(JsonNode list) {
    List<String> texts = new ArrayList<>();
    list.forEach(one -> texts.add(one.asText()));
    return texts;
  }

  @Test
  void applyAsksWhetherFieldsAreValidated() throws Exception {
    JsonNode root = client.get("/openapi/v3?timeout=32s").body();
    String path = root.at("/paths/apis~1apps~1v1/serverRelativeURL").asText();
    JsonNode group = client.get(path).body();
    JsonNode patch =
        group.path("paths").path("/apis/apps/v1/namespaces/{namespace}/deployments/{name}");
    assertThat(patch.at("/patch/parameters/0/name").asText()).isEqualTo("fieldValidation");
    assertThat(patch.at("/patch/x-kubernetes-group-version-kind/kind").asText())
        .isEqualTo("Deployment");
  }

  @Test
  void discoveryNamesPartsAndCategories() throws Exception {
    List<String> names = new ArrayList<>();
    client
        .get("/apis/apps/v1")
        .body()
        .path("resources")
        .forEach(one -> names.add(one.path("name").asText() + " " + texts(one.path("categories"))));
    assertThat(names)
        .contains("deployments [all]", "deployments/status []", "deployments/scale []");
  }

  @Test
  void getIsAnsweredWithATable() throws Exception {
    JsonNode table = client.table(DEPLOYMENTS + "?limit=500").body();
    assertThat(table.path("kind").asText()).isEqualTo("Table");
    assertThat(table.path("columnDefinitions"))
        .extracting(column -> column.path("name").asText())
        .startsWith("Name", "Ready", "Up-to-date", "Available", "Age", "Containers");
    assertThat(texts(table.at("/rows/0/cells"))).startsWith("web", "1/2", "2", "0");
    assertThat(table.at("/rows/0/object/kind").asText()).isEqualTo("PartialObjectMetadata");
    JsonNode pod = client.table(PODS + "/p").body();
    assertThat(texts(pod.at("/rows/0/cells"))).startsWith("p", "1/1", "Running", "3");
  }

  @Test
  void aWatchOfTablesBringsOneRowAnEvent() throws Exception {
    Client.Events events =
        client.watchTables(PODS + "?watch=true&resourceVersion=" + server.version());
    client.send(
        "PATCH",
        PODS + "/p",
        "application/merge-patch+json",
        "{\"status\":{\"phase\":\"Failed\"}}");
    JsonNode event = events.next();
    assertThat(event.path("type").asText()).isEqualTo("MODIFIED");
    assertThat(texts(event.at("/object/rows/0/cells"))).startsWith("p", "1/1", "Failed");
    events.close();
  }

  @Test
  void applyMergesListsByTheirKeys() throws Exception {
    Client.Answer answer =
        client.send(
            "PATCH",
            DEPLOYMENTS + "/web?fieldManager=kubectl-client-side-apply&fieldValidation=Strict",
            STRATEGIC,
            """
            {"spec":{"template":{"spec":{
              "$setElementOrder/containers":[{"name":"c"},{"name":"a"}],
              "containers":[{"name":"a","image":"a:2",
                             "ports":[{"containerPort":81,"$patch":"delete"},{"containerPort":82}]},
                            {"$patch":"delete","name":"b"},
                            {"name":"c","image":"c:1"}]}}}}
            """);
    assertThat(answer.code()).isEqualTo(200);
    assertThat(answer.body().at("/spec/template/spec/containers"))
        .isEqualTo(
            Json.tree(
                """
                [{"name":"c","image":"c:1"},
                 {"name":"a","image":"a:2","ports":[{"containerPort":80},{"containerPort":82}]}]
                """));
    assertThat(answer.body().at("/metadata/generation").asInt()).isEqualTo(2);
  }

  @Test
  void scaleIsAPartOfADeployment() throws Exception {
    JsonNode scale = client.get(DEPLOYMENTS + "/web/scale").body();
    assertThat(scale.path("kind").asText()).isEqualTo("Scale");
    assertThat(scale.at("/spec/replicas").asInt()).isEqualTo(2);
    assertThat(scale.at("/status/selector").asText()).isEqualTo("app=web");

    JsonNode patched =
        client
            .send(
                "PATCH",
                DEPLOYMENTS + "/web/scale",
                "application/merge-patch+json",
                "{\"spec\":{\"replicas\":5}}")
            .body();
    assertThat(patched.at("/spec/replicas").asInt()).isEqualTo(5);
    JsonNode whole = client.get(DEPLOYMENTS + "/web").body();
    assertThat(whole.at("/spec/replicas").asInt()).isEqualTo(5);
    assertThat(whole.at("/spec/template/spec/containers")).hasSize(2);
    assertThat(client.get(PODS + "/p/scale").code()).isEqualTo(404);
  }

  @Test
  void thePartStatusLeavesTheRestAlone() throws Exception {
    client.send(
        "PATCH",
        DEPLOYMENTS + "/web/status",
        STRATEGIC,
        "{\"spec\":{\"replicas\":9},\"status\":{\"readyReplicas\":2}}");
    JsonNode whole = client.get(DEPLOYMENTS + "/web").body();
    assertThat(whole.at("/spec/replicas").asInt()).isEqualTo(2);
    assertThat(whole.at("/status/readyReplicas").asInt()).isEqualTo(2);
    assertThat(whole.at("/status/replicas").asInt()).isEqualTo(2);
  }

  @Test
  void aPodOnANodeGetsItsGrace() throws Exception {
    JsonNode pod =
        client
            .send(
                "DELETE", PODS + "/p", "application/json", "{\"propagationPolicy\":\"Background\"}")
            .body();
    assertThat(pod.path("kind").asText()).isEqualTo("Pod");
    assertThat(pod.at("/metadata/deletionGracePeriodSeconds").asInt()).isEqualTo(7);
    assertThat(pod.at("/metadata/deletionTimestamp").asText()).isNotEmpty();

    JsonNode replaced =
        client
            .send(
                "PUT",
                PODS + "/p",
                "application/json",
                "{\"metadata\":{\"name\":\"p\"},\"spec\":{\"nodeName\":\"node-a\"}}")
            .body();
    assertThat(replaced.path("metadata").has("deletionTimestamp"))
        .as("nobody takes the wish back")
        .isTrue();

    JsonNode gone =
        client.send("DELETE", PODS + "/p", "application/json", "{\"gracePeriodSeconds\":0}").body();
    assertThat(gone.path("status").asText()).isEqualTo("Success");
    assertThat(client.get(PODS + "/p").code()).isEqualTo(404);
  }

  @Test
  void whatIsNotDoneIsRefused() throws Exception {
    assertThat(
            client
                .send(
                    "PATCH", PODS + "/p?fieldManager=kubectl", "application/apply-patch+yaml", "{}")
                .body()
                .path("reason")
                .asText())
        .isEqualTo("UnsupportedMediaType");
    Client.Answer dry =
        client.send("PATCH", PODS + "/p?dryRun=All", "application/merge-patch+json", "{}");
    assertThat(dry.code()).isEqualTo(400);
    assertThat(dry.body().path("message").asText()).contains("no dry run");
  }
}
