package io.pointsman.lab.cluster;

import io.pointsman.lab.scenario.Manifest;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** What runs in a pod, by the image of its first container. */
enum PodImage {
  /** An HTTP server that answers with its pod's name; all images that are none of the others. */
  WEB("lab/web", List.of()),
  /** A DNS server for the cluster's names. */
  DNS("lab/dns", List.of("knotd")),
  /** A server for the cluster's Ingresses. */
  INGRESS("lab/ingress", List.of("nginx", "openssl"));

  /** Where a web server listens if its pod names no port. */
  static final int WEB_PORT = 80;

  private final String image;

  @SuppressWarnings("ImmutableEnumChecker") // made by List.of
  private final List<String> programs;

  PodImage(String image, List<String> programs) {
    this.image = image;
    this.programs = programs;
  }

  /** The programs that the pods of these objects need on the machine. */
  static Set<String> programs(List<Manifest> objects) {
    Set<String> needed = new TreeSet<>();
    for (Manifest object : objects) {
      for (PodImage one : values()) {
        String pod = object.at("/spec/containers/0/image").asText();
        String template = object.at("/spec/template/spec/containers/0/image").asText();
        if (one.image.equals(pod) || one.image.equals(template)) {
          needed.addAll(one.programs);
        }
      }
    }
    return needed;
  }

  static PodImage of(Manifest pod) {
    String image = pod.at("/spec/containers/0/image").asText();
    for (PodImage one : values()) {
      if (one.image.equals(image)) {
        return one;
      }
    }
    return WEB;
  }

  @Override
  public String toString() {
    return image;
  }
}
