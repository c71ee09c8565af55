package io.pointsman.lab.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pointsman.lab.scenario.Manifest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a Deployment wants, with the API's defaults.
 *
 * @param hash names the template: pods with another one are old
 * @param paused true when a change of the template shall wait
 * @param recreate true when all old pods go before the first new one comes
 * @param surge how many pods there may be above the replicas
 * @param unavailable how many of the replicas may be missing
 */
record DeploymentSpec(
    Manifest manifest,
    String uid,
    int replicas,
    String hash,
    boolean paused,
    boolean recreate,
    int surge,
    int unavailable) {
  /** The label of pods that says of which template they are. */
  static final String HASH = "pod-template-hash";

  private static final String LETTERS = "bcdfghjklmnpqrstvwxz2456789";
  private static final int HASH_LENGTH = 10;
  private static final Pattern SHARE = Pattern.compile("([0-9]{1,6})%");
  private static final int QUARTER = 25;

  static DeploymentSpec of(Manifest deployment) {
    int replicas = deployment.at("/spec/replicas").asInt(1);
    JsonNode rolling = deployment.at("/spec/strategy/rollingUpdate");
    int surge = share(rolling.path("maxSurge"), replicas, true);
    int unavailable = share(rolling.path("maxUnavailable"), replicas, false);
    return new DeploymentSpec(
        deployment,
        deployment.at("/metadata/uid").asText(),
        replicas,
        hash(deployment.at("/spec/template")),
        deployment.at("/spec/paused").asBoolean(),
        deployment.at("/spec/strategy/type").asText().equals("Recreate"),
        surge,
        surge == 0 && unavailable == 0 ? 1 : unavailable);
  }

  /**
   * A number, or a share of the replicas that is rounded up or down; a quarter if nothing is said.
   */
  private static int share(JsonNode value, int replicas, boolean up) {
    if (value.isNumber()) {
      return value.asInt();
    }
    Matcher share = SHARE.matcher(value.asText());
    int percent = share.matches() ? Integer.parseInt(share.group(1)) : QUARTER;
    return up ? Math.ceilDiv(replicas * percent, 100) : replicas * percent / 100;
  }

  private static String hash(JsonNode template) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest(sorted(template).toString().getBytes(StandardCharsets.UTF_8));
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < HASH_LENGTH; i++) {
        text.append(LETTERS.charAt((digest[i] & 0xFF) % LETTERS.length()));
      }
      return text.toString();
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every JDK has SHA-256", impossible);
    }
  }

  private static JsonNode sorted(JsonNode tree) {
    if (tree.isArray()) {
      var array = JsonNodeFactory.instance.arrayNode();
      tree.forEach(one -> array.add(sorted(one)));
      return array;
    }
    if (!tree.isObject()) {
      return tree;
    }
    TreeMap<String, JsonNode> fields = new TreeMap<>();
    tree.properties().forEach(field -> fields.put(field.getKey(), sorted(field.getValue())));
    return JsonNodeFactory.instance.objectNode().setAll(fields);
  }

  /**
   * New pods, by the template, with names that are not taken.
   *
   * @param taken the names of all pods in the namespace
   */
  List<Manifest> newPods(int count, Set<String> taken) {
    List<Manifest> pods = new ArrayList<>();
    for (int number = 1; pods.size() < count; number++) {
      String name = manifest.key().name() + "-" + hash + "-" + number;
      if (!taken.contains(name)) {
        pods.add(pod(name));
      }
    }
    return pods;
  }

  private Manifest pod(String name) {
    ObjectNode pod = JsonNodeFactory.instance.objectNode();
    pod.put("apiVersion", Kind.POD.apiVersion()).put("kind", Kind.POD.word());
    ObjectNode metadata = pod.putObject("metadata");
    JsonNode template = manifest.at("/spec/template");
    if (template.path("metadata") instanceof ObjectNode described) {
      metadata.setAll(described);
    }
    metadata.put("namespace", manifest.key().namespace()).put("name", name);
    metadata.remove("creationTimestamp");
    metadata.withObject("/labels").put(HASH, hash);
    Owner.put(metadata, manifest, Kind.DEPLOYMENT);
    pod.set("spec", template.path("spec"));
    return Manifest.of(pod);
  }

  /** True when a pod is of the present template. */
  boolean isNew(PodState pod) {
    return hash.equals(pod.labels().get(HASH));
  }
}
