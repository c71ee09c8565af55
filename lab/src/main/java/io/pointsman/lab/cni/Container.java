package io.pointsman.lab.cni;

import io.pointsman.netlink.netns.NetworkNamespace;
import java.util.List;

/**
 * What a network is attached to.
 *
 * @param id its name among the containers of the node: letters, digits, {@code _ . -}
 * @param namespace its network namespace
 * @param ports ports of the node that lead to it
 */
public record Container(String id, NetworkNamespace namespace, List<PortMapping> ports) {
  /** The interface that the first network makes in it. */
  static final String INTERFACE = "eth0";

  public Container {
    if (!id.matches("[a-zA-Z0-9][a-zA-Z0-9_.-]*")) {
      throw new IllegalArgumentException(
          "'" + id + "' is no container id: letters, digits, '_', '.' and '-' make one");
    }
    ports = List.copyOf(ports);
  }

  /** A port of the node, TCP, that leads to a port of the container. */
  public record PortMapping(int hostPort, int containerPort) {}
}
