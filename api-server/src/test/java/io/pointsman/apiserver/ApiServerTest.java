package io.pointsman.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Objects over HTTP: what is written is what is read, and refusals read as a real server's. */
class ApiServerTest {
  private static final String SERVICES = "/api/v1/namespaces/shop/services";

  private final ApiServer server = ApiServer.start();
  private final Client client = new Client(server);

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  static String service(String name, String ip, String labels) {
    return """
    {"apiVersion": "v1", "kind": "Service",
     "metadata": {"namespace": "shop", "name": "%s", "labels": {%s}},
     "spec": {"clusterIP": "%s", "ports": [{"port": 80}]}}
    """
        .formatted(name, labels, ip);
  }

  private Client.Answer post(String path, String body) throws Exception {
    return client.send("POST", path, "application/json", body);
  }

  private List<String> names(String path) throws Exception {
    List<String> names = new ArrayList<>();
    client
        .get(path)
        .body()
        .path("items")
        .forEach(item -> names.add(item.path("metadata").path("name").asText()));
    return names;
  }

  private static void refused(Client.Answer answer, int code, String reason, String message) {
    assertThat(answer.code()).isEqualTo(code);
    assertThat(answer.body().path("kind").asText()).isEqualTo("Status");
    assertThat(answer.body().path("status").asText()).isEqualTo("Failure");
    assertThat(answer.body().path("code").asInt()).isEqualTo(code);
    assertThat(answer.body().path("reason").asText()).isEqualTo(reason);
    assertThat(answer.body().path("message").asText()).contains(message);
  }

  @Test
  void createdObjectsAreReadBackWithMetadata() throws Exception {
    Client.Answer created = post(SERVICES, service("web", "10.0.0.1", ""));
    assertThat(created.code()).isEqualTo(201);
    assertThat(client.get(SERVICES + "/web").body()).isEqualTo(created.body());
    JsonNode metadata = created.body().path("metadata");
    assertThat(metadata.path("uid").asText()).hasSize(36);
    assertThat(metadata.path("creationTimestamp").asText()).endsWith("Z");
    assertThat(created.version()).isEqualTo(Long.toString(server.version()));
    assertThat(created.body().path("spec").path("ports").path(0).path("port").asInt())
        .isEqualTo(80);
    refused(
        post(SERVICES, service("web", "10.0.0.2", "")),
        409,
        "AlreadyExists",
        "services \"web\" already exists");
  }

  @Test
  void namesAreGeneratedAndNeeded() throws Exception {
    Client.Answer created = post(SERVICES, "{\"metadata\": {\"generateName\": \"web-\"}}");
    assertThat(created.body().path("metadata").path("name").asText()).matches("web-[a-z0-9]{5}");
    refused(post(SERVICES, "{\"metadata\": {}}"), 422, "Invalid", "name or generateName");
    refused(post(SERVICES, "{\"metadata\": "), 400, "BadRequest", "no JSON");
    refused(post("/api/v1/services", service("web", "", "")), 405, "MethodNotAllowed", "");
  }

  @Test
  void updatesNeedTheLatestVersion() throws Exception {
    String first = post(SERVICES, service("web", "10.0.0.1", "")).version();
    String change =
        """
        {"metadata": {"name": "web", "resourceVersion": "%s"}, "spec": {"clusterIP": "%s"}}
        """;
    Client.Answer updated =
        client.send(
            "PUT", SERVICES + "/web", "application/json", change.formatted(first, "10.0.0.2"));
    assertThat(updated.code()).isEqualTo(200);
    refused(
        client.send(
            "PUT", SERVICES + "/web", "application/json", change.formatted(first, "10.0.0.3")),
        409,
        "Conflict",
        "the object has been modified");
    refused(
        client.send("PUT", SERVICES + "/other", "application/json", "{}"),
        404,
        "NotFound",
        "services \"other\" not found");
    long before = server.version();
    Client.Answer same =
        client.send(
            "PUT",
            SERVICES + "/web",
            "application/json",
            change.formatted(updated.version(), "10.0.0.2"));
    assertThat(same.version()).isEqualTo(updated.version());
    assertThat(server.version()).isEqualTo(before);
  }

  @Test
  void patchesOfKnownKindsAreTaken() throws Exception {
    server.put(service("web", "10.0.0.1", "\"a\": \"1\", \"b\": \"2\""));
    client.send(
        "PATCH",
        SERVICES + "/web",
        "application/merge-patch+json",
        "{\"metadata\": {\"labels\": {\"a\": null, \"c\": \"3\"}}}");
    Client.Answer patched =
        client.send(
            "PATCH",
            SERVICES + "/web",
            "application/json-patch+json",
            """
            [{"op": "test", "path": "/metadata/labels/c", "value": "3"},
             {"op": "add", "path": "/spec/ports/-", "value": {"port": 81}},
             {"op": "remove", "path": "/spec/ports/0"},
             {"op": "replace", "path": "/spec/clusterIP", "value": "10.0.0.9"}]
            """);
    assertThat(patched.body().path("metadata").path("labels"))
        .isEqualTo(Json.tree("{\"b\": \"2\", \"c\": \"3\"}"));
    assertThat(patched.body().path("spec"))
        .isEqualTo(Json.tree("{\"clusterIP\": \"10.0.0.9\", \"ports\": [{\"port\": 81}]}"));
    refused(
        client.send(
            "PATCH",
            SERVICES + "/web",
            "application/json-patch+json",
            "[{\"op\": \"remove\", \"path\": \"/spec/none\"}]"),
        422,
        "Invalid",
        "does not fit");
    refused(
        client.send("PATCH", SERVICES + "/web", "application/apply-patch+yaml", "{}"),
        415,
        "UnsupportedMediaType",
        "application/merge-patch+json");
  }

  @Test
  void objectsAreDeletedAloneOrTogether() throws Exception {
    server.put(service("a", "", "\"app\": \"x\""));
    server.put(service("b", "", "\"app\": \"x\""));
    server.put(service("c", "", ""));
    Client.Answer gone = client.send("DELETE", SERVICES + "/c", "application/json", "");
    assertThat(gone.body().path("status").asText()).isEqualTo("Success");
    refused(client.get(SERVICES + "/c"), 404, "NotFound", "services \"c\" not found");
    refused(
        client.send(
            "DELETE",
            SERVICES + "/a",
            "application/json",
            "{\"preconditions\": {\"uid\": \"another\"}}"),
        409,
        "Conflict",
        "Precondition failed");
    client.send("DELETE", SERVICES + "?labelSelector=app%3Dx", "application/json", "");
    assertThat(names("/api/v1/services")).isEmpty();
  }

  @Test
  void selectorsSelect() throws Exception {
    server.put(service("a", "None", "\"app\": \"x\", \"tier\": \"1\""));
    server.put(service("b", "10.0.0.1", "\"app\": \"y\""));
    server.put(service("c", "10.0.0.2", ""));
    assertThat(names(SERVICES + "?labelSelector=app%3Dx")).containsExactly("a");
    assertThat(names(SERVICES + "?labelSelector=app!%3Dx")).containsExactly("b", "c");
    assertThat(names(SERVICES + "?labelSelector=app+in+(x,y),!tier")).containsExactly("b");
    assertThat(names(SERVICES + "?labelSelector=app+notin+(x)")).containsExactly("b", "c");
    assertThat(names(SERVICES + "?labelSelector=app")).containsExactly("a", "b");
    assertThat(names("/api/v1/services?fieldSelector=spec.clusterIP!%3DNone"))
        .containsExactly("b", "c");
    assertThat(
            names("/api/v1/services?fieldSelector=metadata.name%3D%3Dc,metadata.namespace%3Dshop"))
        .containsExactly("c");
    refused(
        client.get(SERVICES + "?fieldSelector=spec.ports%3D1"),
        400,
        "BadRequest",
        "field label not supported: spec.ports");
    refused(client.get(SERVICES + "?labelSelector=a%3E%3E1"), 400, "BadRequest", "unable to parse");
  }

  @Test
  void pagesShowOneVersion() throws Exception {
    for (int i = 0; i < 5; i++) {
      server.put(service("s" + i, "", ""));
    }
    Client.Answer first = client.get(SERVICES + "?limit=2");
    assertThat(first.body().path("metadata").path("remainingItemCount").asInt()).isEqualTo(3);
    server.delete(ObjectRef.service("shop", "s3"));
    server.put(service("s2b", "", ""));
    String token = first.body().path("metadata").path("continue").asText();
    Client.Answer rest = client.get(SERVICES + "?limit=10&continue=" + token);
    assertThat(rest.version()).isEqualTo(first.version());
    assertThat(rest.body().path("items").findValuesAsText("name"))
        .containsExactly("s2", "s3", "s4");
    assertThat(names("/api/v1/services")).containsExactly("s0", "s1", "s2", "s2b", "s4");
    server.compact();
    refused(client.get(SERVICES + "?limit=10&continue=" + token), 410, "Expired", "too old");
    refused(client.get(SERVICES + "?continue=x"), 400, "BadRequest", "continue key is not valid");
    refused(
        client.get(SERVICES + "?resourceVersion=1000000"), 504, "Timeout", "Too large resource");
  }

  @Test
  void generationCountsChangesOfWhatIsDesired() {
    String slice =
        """
        {"apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice",
         "metadata": {"namespace": "shop", "name": "web-1", "labels": {%s}},
         "addressType": "IPv4", "endpoints": [%s]}
        """;
    ObjectRef ref = ObjectRef.slice("shop", "web-1");
    server.put(slice.formatted("", ""));
    server.put(slice.formatted("\"a\": \"b\"", ""));
    assertThat(server.get(ref).orElseThrow().at("/metadata/generation").asInt()).isEqualTo(1);
    server.put(slice.formatted("", "{\"addresses\": [\"10.1.0.1\"]}"));
    assertThat(server.get(ref).orElseThrow().at("/metadata/generation").asInt()).isEqualTo(2);
  }

  @Test
  void whatIsServedIsTold() throws Exception {
    assertThat(client.get("/version").body().path("major").asText()).isEqualTo("1");
    assertThat(client.get("/api").body().path("versions").path(0).asText()).isEqualTo("v1");
    assertThat(client.get("/apis").body().path("groups").findValuesAsText("name"))
        .containsExactly("apps", "discovery.k8s.io", "events.k8s.io", "networking.k8s.io");
    assertThat(client.get("/api/v1").body().path("resources").findValuesAsText("name"))
        .filteredOn(name -> !name.endsWith("/status"))
        .containsExactly("namespaces", "nodes", "services", "pods", "events");
    assertThat(
            client
                .get("/apis/networking.k8s.io/v1")
                .body()
                .path("resources")
                .findValuesAsText("kind"))
        .containsExactly("Ingress", "Ingress", "ServiceCIDR", "ServiceCIDR");
    refused(client.get("/apis/batch/v1/jobs"), 404, "NotFound", "could not find");
    refused(client.get("/api/v1/namespaces/shop/nodes"), 404, "NotFound", "could not find");
  }

  @Test
  void requestsAreRefusedOnDemand() throws Exception {
    server.refuse(
        request -> request.is("list", "services"),
        1,
        Refusal.tooManyRequests(Duration.ofSeconds(3)));
    server.refuse(request -> true, Long.MAX_VALUE, Refusal.of(503));
    Client.Answer busy = client.get(SERVICES);
    refused(busy, 429, "TooManyRequests", "too many requests");
    assertThat(busy.response().headers().firstValue("Retry-After")).contains("3");
    refused(client.get(SERVICES), 503, "ServiceUnavailable", "unable to handle");
    server.heal();
    assertThat(client.get(SERVICES).code()).isEqualTo(200);
  }

  @Test
  void unknownKindsAreNamed() {
    assertThatThrownBy(() -> server.put("{\"apiVersion\": \"batch/v1\", \"kind\": \"Job\"}"))
        .hasMessageContaining("does not serve kind 'Job' of apiVersion 'batch/v1'");
  }
}
