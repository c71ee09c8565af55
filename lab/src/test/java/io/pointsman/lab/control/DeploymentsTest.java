package io.pointsman.lab.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.pointsman.lab.scenario.ObjectKey;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DeploymentsTest {
  private static final String WEB =
      """
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: web, generation: 1}
      spec:
        replicas: 4
        strategy: {rollingUpdate: {maxSurge: 1, maxUnavailable: 1}}
        template:
          metadata: {labels: {app: web}}
          spec: {containers: [{name: c, image: "web:1"}]}
      """;

  private final Deployments controller = new Deployments();

  private static List<PodState> pods(Model model) {
    return Kind.POD.in(model.objects()).stream().map(PodState::of).toList();
  }

  private static void allReady(Model model) {
    pods(model).forEach(pod -> model.setPod(pod.key().name(), true));
  }

  private static long count(Model model, java.util.function.Predicate<PodState> which) {
    return pods(model).stream().filter(which).count();
  }

  private static DeploymentSpec spec(Model model) {
    return DeploymentSpec.of(
        model.objects().get(new ObjectKey("Deployment", "default", "web")).orElseThrow());
  }

  private static JsonNode status(Model model) {
    return spec(model).manifest().at("/status");
  }

  @Test
  void podsAreMadeByTheTemplate() {
    Model model = new Model(WEB);
    assertThat(model.step(controller)).hasSize(5).last().isEqualTo("Merge web");
    assertThat(model.step(controller)).as("the status follows").containsExactly("Merge web");
    assertThat(model.step(controller)).isEmpty();
    PodState pod = pods(model).getFirst();
    String hash = spec(model).hash();
    assertThat(pod.key().name()).isEqualTo("web-" + hash + "-1");
    assertThat(pod.labels()).containsEntry("app", "web").containsEntry("pod-template-hash", hash);
    assertThat(pod.owner()).isEqualTo("uid-1");
  }

  @Test
  void scalingMakesAndDeletesPods() {
    Model model = new Model(WEB);
    model.step(controller);
    allReady(model);
    model.put(WEB.replace("replicas: 4", "replicas: 6"));
    model.step(controller);
    assertThat(count(model, PodState::isActive)).isEqualTo(6);
    model.put(WEB.replace("replicas: 4", "replicas: 2"));
    model.step(controller);
    assertThat(count(model, PodState::isActive)).isEqualTo(2);
    assertThat(count(model, pod -> pod.isActive() && pod.ready()))
        .as("who is not ready goes first")
        .isEqualTo(2);
  }

  @Test
  void aPodThatDiesIsReplacedAtOnce() {
    Model model = new Model(WEB);
    model.step(controller);
    allReady(model);
    model.step(controller);
    model.terminate(pods(model).getFirst().key());
    assertThat(model.step(controller).getFirst())
        .isEqualTo("Create web-" + spec(model).hash() + "-5");
  }

  @Test
  void anUpdateRollsWithinItsBounds() {
    for (int seed = 0; seed < 30; seed++) {
      Random random = new Random(seed);
      int replicas = 1 + random.nextInt(9);
      int surge = random.nextInt(3);
      int unavailable = random.nextInt(3);
      String web =
          WEB.replace("replicas: 4", "replicas: " + replicas)
              .replace("maxSurge: 1", "maxSurge: " + surge)
              .replace("maxUnavailable: 1", "maxUnavailable: " + unavailable);
      Model model = new Model(web);
      model.step(controller);
      allReady(model);
      model.step(controller);
      model.put(web.replace("web:1", "web:2"));
      int missing = surge == 0 && unavailable == 0 ? 1 : unavailable;
      for (int step = 0;
          step == 0
              || (step < 400
                  && !status(model)
                      .at("/conditions/1/reason")
                      .asText()
                      .equals("NewReplicaSetAvailable"));
          step++) {
        model.step(controller);
        assertThat(count(model, PodState::isActive))
            .as("seed %s", seed)
            .isBetween((long) replicas - missing, (long) replicas + surge);
        assertThat(count(model, pod -> pod.isActive() && pod.ready()))
            .as("seed %s", seed)
            .isGreaterThanOrEqualTo(replicas - missing);
        progress(model, random);
      }
      assertThat(pods(model))
          .as("seed %s", seed)
          .filteredOn(PodState::isActive)
          .hasSize(replicas)
          .allMatch(spec(model)::isNew);
      assertThat(status(model).path("updatedReplicas").asInt()).isEqualTo(replicas);
    }
  }

  /** Some pod becomes ready, or one that terminates has ended. */
  private static void progress(Model model, Random random) {
    List<PodState> moving =
        pods(model).stream().filter(pod -> pod.terminating() || !pod.ready()).toList();
    if (!moving.isEmpty()) {
      PodState pod = moving.get(random.nextInt(moving.size()));
      if (pod.terminating()) {
        model.remove("Pod", pod.key().name());
      } else {
        model.setPod(pod.key().name(), true);
      }
    }
  }

  @Test
  void anUpdateThatNeverGetsReadyLeavesTheOldPodsServing() {
    Model model = new Model(WEB);
    model.step(controller);
    allReady(model);
    model.step(controller);
    model.put(WEB.replace("web:1", "web:broken"));
    for (int i = 0; i < 10; i++) {
      model.step(controller);
    }
    assertThat(count(model, pod -> pod.isActive() && pod.ready())).isEqualTo(3);
    assertThat(count(model, PodState::isActive)).isEqualTo(5);
    assertThat(status(model).at("/conditions/1/reason").asText()).isEqualTo("ReplicaSetUpdated");
  }

  @Test
  void recreateWaitsForTheEndOfTheOldPods() {
    String web = WEB.replaceAll("strategy: .*", "strategy: {type: Recreate}");
    Model model = new Model(web);
    model.step(controller);
    allReady(model);
    model.put(web.replace("web:1", "web:2"));
    model.step(controller);
    assertThat(count(model, PodState::terminating)).isEqualTo(4);
    assertThat(count(model, PodState::isActive)).isZero();
    pods(model).forEach(pod -> model.remove("Pod", pod.key().name()));
    model.step(controller);
    assertThat(count(model, spec(model)::isNew)).isEqualTo(4);
  }

  @Test
  void aPausedDeploymentScalesButDoesNotRoll() {
    Model model = new Model(WEB);
    model.step(controller);
    allReady(model);
    String old = spec(model).hash();
    model.put(WEB.replace("web:1", "web:2").replace("replicas: 4", "paused: true\n  replicas: 3"));
    model.step(controller);
    assertThat(pods(model))
        .filteredOn(PodState::isActive)
        .hasSize(3)
        .allMatch(pod -> old.equals(pod.labels().get("pod-template-hash")));
  }

  @Test
  void sharesAreOfTheReplicas() {
    Model model =
        new Model(WEB.replace("replicas: 4", "replicas: 10").replaceAll("strategy: .*", ""));
    assertThat(spec(model).surge()).isEqualTo(3);
    assertThat(spec(model).unavailable()).isEqualTo(2);
  }

  @Test
  void podsGoWithTheirDeployment() {
    Model model = new Model(WEB);
    model.step(controller);
    assertThat(model.step(new Garbage())).isEmpty();
    model.remove("Deployment", "web");
    assertThat(model.step(new Garbage())).hasSize(4);
    assertThat(model.step(new Garbage())).isEmpty();
  }

  @Test
  void podsAreSpreadOverTheNodesThatTakeThem() {
    Model model = new Model(WEB);
    for (String node : List.of("a", "b", "c")) {
      model.put(
          "{apiVersion: v1, kind: Node, metadata: {name: %s}, spec: {unschedulable: %s}}"
              .formatted(node, node.equals("b")));
    }
    model.step(controller);
    assertThat(model.step(new Scheduler())).hasSize(4);
    assertThat(pods(model)).extracting(PodState::node).containsExactly("a", "c", "a", "c");
    assertThat(model.step(new Scheduler())).isEmpty();
  }

  @Test
  void aPodWaitsForANodeThatItsSelectorSelects() {
    Model model = new Model("{apiVersion: v1, kind: Node, metadata: {name: a}}");
    model.put(
        "{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {nodeSelector: {disk: ssd}}}");
    assertThat(model.step(new Scheduler())).isEmpty();
    model.put("{apiVersion: v1, kind: Node, metadata: {name: a, labels: {disk: ssd}}}");
    assertThat(model.step(new Scheduler())).containsExactly("Merge p");
  }
}
