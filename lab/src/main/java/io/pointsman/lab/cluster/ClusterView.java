package io.pointsman.lab.cluster;

import java.util.List;

/**
 * What can be told of a cluster that is up.
 *
 * @param gateway name and addresses of the machine with the segment, where the API server is
 * @param client the machine outside
 * @param clientRoutes its routes
 * @param kubeconfig path of the file for kubectl
 */
public record ClusterView(
    String name,
    String backend,
    String podNetwork,
    String segment,
    MachineView gateway,
    MachineView client,
    List<String> clientRoutes,
    List<NodeView> nodes,
    List<PodView> pods,
    List<ServiceView> services,
    String kubeconfig) {
  public ClusterView {
    clientRoutes = List.copyOf(clientRoutes);
    nodes = List.copyOf(nodes);
    pods = List.copyOf(pods);
    services = List.copyOf(services);
  }

  /** A machine on the segment that is no node. */
  public record MachineView(String name, List<String> addresses) {
    public MachineView {
      addresses = List.copyOf(addresses);
    }
  }

  /**
   * A node.
   *
   * @param bridge addresses of the bridge of its pods
   * @param routes to other nodes' pods, as the kernel has them
   * @param agent {@code ok}, or what is wrong with its agent
   */
  public record NodeView(
      String name, List<String> addresses, List<String> bridge, List<String> routes, String agent) {
    public NodeView {
      addresses = List.copyOf(addresses);
      bridge = List.copyOf(bridge);
      routes = List.copyOf(routes);
    }
  }

  /**
   * A pod.
   *
   * @param place by which {@code exec} finds it
   * @param node empty as long as it has none
   * @param state {@code ready}, or what it waits for
   * @param serves what it is
   */
  public record PodView(
      String place, String node, List<String> addresses, String state, String serves) {
    public PodView {
      addresses = List.copyOf(addresses);
    }

    boolean isReady() {
      return state.equals("ready");
    }
  }

  /**
   * A Service.
   *
   * @param name with its namespace before it unless that is default
   * @param addresses where it answers: ClusterIPs, then those of load balancers
   * @param ports such as {@code 80:30080→8080/TCP}
   * @param endpoints places of the pods behind it, or addresses; ready ones only
   */
  public record ServiceView(
      String name,
      String type,
      List<String> addresses,
      List<String> ports,
      List<String> endpoints) {
    public ServiceView {
      addresses = List.copyOf(addresses);
      ports = List.copyOf(ports);
      endpoints = List.copyOf(endpoints);
    }
  }
}
