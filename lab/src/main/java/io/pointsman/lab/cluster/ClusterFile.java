package io.pointsman.lab.cluster;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pointsman.kubernetes.YamlFile;
import io.pointsman.kubernetes.YamlValue;
import io.pointsman.lab.scenario.ClusterObjects;
import io.pointsman.lab.scenario.Manifest;
import io.pointsman.lab.scenario.ProxyMode;
import io.pointsman.net.Cidr;
import io.pointsman.net.IpFamily;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Reads a cluster's file: its first document says how the network is made, the others are
 * Kubernetes objects. Every message names the place.
 */
final class ClusterFile {
  private static final Pattern NODE = Pattern.compile("[a-z0-9]([-a-z0-9]{0,10}[a-z0-9])?");
  private static final Pattern NAME = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");
  private static final Set<String> KEYS =
      Set.of(
          "name",
          "backend",
          "podNetwork",
          "families",
          "nodes",
          "nodeCidrs",
          "podCidrs",
          "serviceCidrs",
          "pods");
  private static final Set<String> POD_KEYS =
      Set.of("name", "namespace", "node", "labels", "port", "hostPort");
  private static final List<String> NODES = List.of("172.29.0.0/24", "fd00:29::/64");
  private static final List<String> PODS = List.of("10.244.0.0/16", "fd00:244::/48");
  private static final List<String> SERVICES = List.of("10.96.0.0/12", "fd00:96::/112");

  /** The client has the hundredth address of the segment, nodes those from the eleventh on. */
  private static final int MOST_NODES = 20;

  private static final int MOST_PODS = 253;
  private static final int LARGEST_PORT = 65_535;

  private final YamlValue head;
  private final List<YamlValue> rest;

  private ClusterFile(YamlValue head, List<YamlValue> rest) {
    this.head = head;
    this.rest = rest;
  }

  /**
   * Reads the text of a file.
   *
   * @param label what messages call it
   * @throws RuntimeException naming the place of what is wrong
   */
  static ClusterSpec read(String text, String label) {
    List<YamlValue> documents = YamlFile.parse(text, label);
    if (documents.isEmpty()) {
      throw new io.pointsman.lab.LabException(
          label + ": is empty; it needs at least 'nodes', see docs/lab/cluster.md");
    }
    return new ClusterFile(documents.getFirst(), documents.subList(1, documents.size())).spec();
  }

  private ClusterSpec spec() {
    known(head, KEYS);
    String name = text(head, "name").orElse("lab");
    if (!NAME.matcher(name).matches()) {
      throw at(head, "name").error("'" + name + "' is no name: lower case letters, digits and '-'");
    }
    List<String> nodes = nodes();
    Ranges ranges = ranges(nodes.size());
    return new ClusterSpec(name, backend(), podNetwork(), ranges, nodes, objects(nodes, ranges));
  }

  private ProxyMode backend() {
    String name = text(head, "backend").orElse(ProxyMode.NFTABLES.toString());
    return ProxyMode.named(name)
        .orElseThrow(() ->
            at(head, "backend").error("'" + name + "' is no backend; write nftables or iptables"));
  }

  private PodNetwork podNetwork() {
    String name = text(head, "podNetwork").orElse(PodNetwork.HOST_ROUTES.toString());
    return PodNetwork.named(name)
        .orElseThrow(() ->
            at(head, "podNetwork")
                .error("'" + name + "' is no pod network; write host-routes or overlay"));
  }

  private List<String> nodes() {
    List<String> names = new ArrayList<>();
    for (YamlValue item : at(head, "nodes").items()) {
      String name = item.text().orElse("");
      if (!NODE.matcher(name).matches()) {
        throw item.error(
            "a node's name has 1 to 12 lower case letters, digits and '-': it becomes part of an"
                + " interface's name");
      }
      if (names.contains(name) || Set.of(ClusterPlan.FABRIC, ClusterPlan.CLIENT).contains(name)) {
        throw item.error("the name '" + name + "' is taken; give this node another");
      }
      names.add(name);
    }
    if (names.isEmpty() || names.size() > MOST_NODES) {
      throw at(head, "nodes").error("'nodes' lists 1 to " + MOST_NODES + " names");
    }
    return names;
  }

  private Ranges ranges(int nodes) {
    List<IpFamily> families = families();
    Ranges ranges =
        new Ranges(
            range("nodeCidrs", NODES, families),
            range("podCidrs", PODS, families),
            range("serviceCidrs", SERVICES, families));
    ranges
        .overlap()
        .ifPresent(both -> {
          throw at(head, "podCidrs").error("the ranges " + both + " overlap; change one");
        });
    for (Cidr range : ranges.nodes()) {
      if (Ranges.nth(range, ClusterPlan.CLIENT_OFFSET).isEmpty()) {
        throw at(head, "nodeCidrs").error(range + " is too small; take a /24 or larger");
      }
    }
    for (Cidr range : ranges.pods()) {
      if (Ranges.ofNode(range, nodes).isEmpty()) {
        throw at(head, "podCidrs")
            .error(
                range
                    + " is exhausted before each of "
                    + nodes
                    + " nodes has its /"
                    + Ranges.nodePrefix(range)
                    + " (the first stays free); take a larger one");
      }
    }
    return ranges;
  }

  private List<IpFamily> families() {
    Optional<YamlValue> given = head.field("families");
    if (given.isEmpty()) {
      return List.of(IpFamily.values());
    }
    List<IpFamily> families = new ArrayList<>();
    for (YamlValue item : given.get().items()) {
      String name = item.text().orElse("");
      IpFamily family =
          List.of(IpFamily.values()).stream()
              .filter(one -> one.toString().equals(name))
              .findFirst()
              .orElseThrow(() -> item.error("'" + name + "' is no family; write IPv4 or IPv6"));
      if (families.contains(family)) {
        throw item.error(family + " stands twice; remove one");
      }
      families.add(family);
    }
    if (families.isEmpty()) {
      throw given.get().error("'families' lists IPv4, IPv6 or both, the primary one first");
    }
    return families;
  }

  private List<Cidr> range(String key, List<String> otherwise, List<IpFamily> families) {
    List<Cidr> given = new ArrayList<>();
    for (YamlValue item : head.field(key).map(YamlValue::items).orElse(List.of())) {
      String text = item.text().orElse("");
      given.add(
          Cidr.parse(text)
              .orElseThrow(() -> item.error("'" + text + "' is no range (ADDRESS/LENGTH)")));
    }
    List<Cidr> all = given.isEmpty() ? otherwise.stream().map(Cidr::of).toList() : given;
    return families.stream()
        .map(family ->
            all.stream()
                .filter(range -> range.family() == family)
                .findFirst()
                .orElseThrow(
                    () -> at(head, key).error("'" + key + "' has no range of family " + family)))
        .toList();
  }

  private List<Manifest> objects(List<String> nodes, Ranges ranges) {
    List<ObjectText> texts = new ArrayList<>();
    head.field("pods")
        .map(YamlValue::items)
        .orElse(List.of())
        .forEach(pod -> texts.add(new ObjectText(pod, pod(pod))));
    rest.forEach(document -> ObjectText.of(document).forEach(texts::add));
    ClusterObjects objects = ClusterObjects.of(List.of());
    Map<String, Integer> crowds = new HashMap<>();
    for (ObjectText text : texts) {
      if (objects.get(text.object().key()).isPresent()) {
        throw text.at().error(text.object().key() + " stands twice; rename or remove one");
      }
      new ObjectRules(nodes, ranges, objects)
          .objection(text.object())
          .ifPresent(why -> {
            throw text.at().error(why);
          });
      String node = text.object().at("/spec/nodeName").asText();
      if (!node.isEmpty() && crowds.merge(node, 1, Integer::sum) > MOST_PODS) {
        throw text.at().error(node + " has addresses for " + MOST_PODS + " pods only");
      }
      objects = objects.with(List.of(text.object()));
    }
    return texts.stream().map(ObjectText::object).collect(Collectors.toList());
  }

  /** A pod in short: it answers HTTP with its name. */
  private static Manifest pod(YamlValue value) {
    known(value, POD_KEYS);
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("apiVersion", "v1").put("kind", "Pod");
    String name = text(value, "name").orElse("");
    if (!NAME.matcher(name).matches()) {
      throw value.error("a pod needs a 'name' of lower case letters, digits and '-'");
    }
    ObjectNode metadata = json.putObject("metadata");
    metadata.put("name", name).put("namespace", text(value, "namespace").orElse("default"));
    ObjectNode labels = metadata.putObject("labels");
    value
        .field("labels")
        .map(YamlValue::entries)
        .orElse(List.of())
        .forEach(entry ->
            labels.put(
                entry.key().text().orElseThrow(() -> entry.key().error("a label's name is a text")),
                entry.value().text().orElseThrow(() -> entry.value().error("a label is a text"))));
    ObjectNode spec = json.putObject("spec");
    text(value, "node").ifPresent(node -> spec.put("nodeName", node));
    ObjectNode container = spec.putArray("containers").addObject();
    container.put("name", "web").put("image", PodImage.WEB.toString());
    ObjectNode port = container.putArray("ports").addObject();
    port.put("containerPort", port(value, "port").orElse(PodImage.WEB_PORT));
    port(value, "hostPort").ifPresent(number -> port.put("hostPort", number));
    return Manifest.of(json);
  }

  private static Optional<Integer> port(YamlValue value, String key) {
    return value
        .field(key)
        .map(field ->
            field
                .scalar()
                .filter(scalar -> scalar.kind() == YamlValue.Scalar.Kind.INTEGER)
                .filter(scalar -> scalar.text().matches("[0-9]{1,5}"))
                .map(scalar -> Integer.parseInt(scalar.text()))
                .filter(number -> number > 0 && number <= LARGEST_PORT)
                .orElseThrow(() -> field.error("'" + key + "' is a number from 1 to 65535")));
  }

  private static Optional<String> text(YamlValue value, String key) {
    return value
        .field(key)
        .map(field -> field.text().orElseThrow(() -> field.error("'" + key + "' is a text")));
  }

  /** The value of a key, or else the mapping: the place for a message. */
  private static YamlValue at(YamlValue value, String key) {
    return value.field(key).orElse(value);
  }

  private static void known(YamlValue value, Set<String> keys) {
    if (!value.isMapping()) {
      throw value.error("expected keys with values; see docs/lab/cluster.md");
    }
    for (YamlValue.Entry entry : value.entries()) {
      String key = entry.key().scalar().map(YamlValue.Scalar::text).orElse("");
      if (!keys.contains(key)) {
        throw entry
            .key()
            .error(
                "unknown key '"
                    + key
                    + "'; known here are "
                    + keys.stream().sorted().collect(Collectors.joining(", ")));
      }
    }
  }
}
