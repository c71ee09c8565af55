package io.pointsman.e2e;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;

/**
 * Pods of the echo image, each on a node that is chosen.
 *
 * @param image its name on the nodes, where it must be already
 */
record EchoPods(String image) {
  /** The program in the image. */
  static final String PROGRAM = "/usr/local/bin/echo";

  Pod pod(String name, TestCluster.Node on) {
    return pod(name, on, false);
  }

  /** A pod in the node's network, under the node's name. */
  Pod onNode(TestCluster.Node node) {
    return pod(node.name(), node, true);
  }

  private Pod pod(String name, TestCluster.Node on, boolean hostNetwork) {
    return new PodBuilder()
        .withNewMetadata()
        .withName(name)
        .endMetadata()
        .withNewSpec()
        .withNodeName(on.name())
        .withHostNetwork(hostNetwork)
        .withTerminationGracePeriodSeconds(0L)
        .addNewContainer()
        .withName("echo")
        .withImage(image)
        .withImagePullPolicy("IfNotPresent")
        .withCommand(PROGRAM, "serve", name)
        .withNewReadinessProbe()
        .withNewTcpSocket()
        .withNewPort(io.pointsman.e2e.echo.EchoServer.PORTS.getLast())
        .endTcpSocket()
        .withPeriodSeconds(1)
        .endReadinessProbe()
        .endContainer()
        .endSpec()
        .build();
  }
}
