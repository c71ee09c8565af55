package io.pointsman.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The real kubectl, where there is one; no package that the tests install brings it, so that it may
 * be missing anywhere. What it asks is tested without it in {@link KubectlRequestsTest}.
 */
class KubectlTest {
  private static final Path KUBECTL = Path.of("/usr/bin/kubectl");

  private static final String WEB =
      """
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: web}
      spec:
        replicas: 2
        selector: {matchLabels: {app: web}}
        template:
          metadata: {labels: {app: web}}
          spec: {containers: [{name: c, image: "web:1"}]}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: web}
      spec: {clusterIP: 10.0.0.9, selector: {app: web}, ports: [{name: http, port: 80}]}
      """;

  @TempDir Path folder;

  private String run(ApiServer server, String... arguments) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                KUBECTL.toString(),
                "--server=" + server.url(),
                "--kubeconfig=/dev/null",
                "--cache-dir=" + folder.resolve("cache")));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  @Test
  void appliesShowsScalesAndDeletes() throws Exception {
    assumeTrue(Files.isExecutable(KUBECTL), "there is no " + KUBECTL + " here");
    Path file = Files.writeString(folder.resolve("web.yaml"), WEB);
    try (ApiServer server = ApiServer.start()) {
      assertThat(run(server, "apply", "-f", file.toString()))
          .isEqualTo("deployment.apps/web created\nservice/web created\n");
      Files.writeString(file, WEB.replace("web:1", "web:2"));
      assertThat(run(server, "apply", "-f", file.toString()))
          .isEqualTo("deployment.apps/web configured\nservice/web unchanged\n");
      assertThat(run(server, "scale", "deploy/web", "--replicas=5"))
          .isEqualTo("deployment.apps/web scaled\n");
      assertThat(run(server, "label", "svc", "web", "a=b")).isEqualTo("service/web labeled\n");
      assertThat(run(server, "get", "all", "-o", "wide"))
          .containsPattern("service/web +ClusterIP +10.0.0.9 +<none> +80/TCP .* app=web")
          .containsPattern("deployment.apps/web +0/5 +0 +0 .* c +web:2 +app=web");
      assertThat(
              run(server, "get", "svc", "-l", "a=b", "-o", "jsonpath={.items[*].spec.clusterIP}"))
          .isEqualTo("10.0.0.9");
      assertThat(run(server, "describe", "deploy", "web")).contains("5 desired", "web:2");
      assertThat(run(server, "delete", "-f", file.toString()))
          .isEqualTo("deployment.apps \"web\" deleted\nservice \"web\" deleted\n");
      assertThat(run(server, "get", "deploy", "web"))
          .isEqualTo("Error from server (NotFound): deployments.apps \"web\" not found\n");
    }
  }
}
