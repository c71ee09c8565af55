package io.pointsman.lab.control;

import io.pointsman.lab.scenario.ClusterObjects;
import io.pointsman.lab.scenario.Manifest;
import io.pointsman.lab.scenario.ObjectKey;
import java.util.List;

/** The kinds of objects that control reads and writes, and where the API has them. */
enum Kind {
  NODE("Node", "/api/v1", "nodes"),
  SERVICE("Service", "/api/v1", "services"),
  POD("Pod", "/api/v1", "pods"),
  SLICE("EndpointSlice", "/apis/discovery.k8s.io/v1", "endpointslices"),
  DEPLOYMENT("Deployment", "/apis/apps/v1", "deployments");

  private final String word;
  private final String root;
  private final String plural;

  Kind(String word, String root, String plural) {
    this.word = word;
    this.root = root;
    this.plural = plural;
  }

  /** As objects spell it in {@code kind}. */
  String word() {
    return word;
  }

  /** As objects spell it in {@code apiVersion}. */
  String apiVersion() {
    return root.startsWith("/apis/") ? root.substring("/apis/".length()) : "v1";
  }

  /** The path of all objects of this kind. */
  String path() {
    return root + "/" + plural;
  }

  /** The path of those in the object's namespace. */
  static String collection(ObjectKey key) {
    Kind kind = of(key);
    return key.namespace().isEmpty()
        ? kind.path()
        : kind.root + "/namespaces/" + key.namespace() + "/" + kind.plural;
  }

  private static Kind of(ObjectKey key) {
    for (Kind kind : values()) {
      if (kind.word.equals(key.kind())) {
        return kind;
      }
    }
    throw new IllegalArgumentException("control has nothing to do with " + key);
  }

  /** The objects of this kind among others, in the order of their keys. */
  List<Manifest> in(ClusterObjects objects) {
    return objects
        .byKey()
        .subMap(new ObjectKey(word, "", ""), new ObjectKey(word + "\0", "", ""))
        .values()
        .stream()
        .toList();
  }
}
