package io.pointsman.lab.cluster;

import io.pointsman.lab.scenario.Manifest;

/** What runs in a pod, by the image of its first container. */
enum PodImage {
  /** An HTTP server that answers with its pod's name; all images that are none of the others. */
  WEB("lab/web"),
  /** A DNS server for the cluster's names. */
  DNS("lab/dns"),
  /** A server for the cluster's Ingresses. */
  INGRESS("lab/ingress");

  /** Where a web server listens if its pod names no port. */
  static final int WEB_PORT = 80;

  private final String image;

  PodImage(String image) {
    this.image = image;
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
