package io.pointsman.lab.scenario;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pointsman.lab.Lab;
import io.pointsman.lab.Topology;
import java.util.List;

/**
 * The proxy that a scenario is played with. An implementation decides how it runs (a thread, a
 * process) and how it learns of objects (a folder, an API server).
 */
public interface ProxyUnderTest {
  /**
   * Where and how the proxy is to run.
   *
   * @param nodes the nodes of the lab to run on, each with its own proxy
   * @param configuration a whole KubeProxyConfiguration, the mode in it
   */
  record Deployment(Lab lab, List<Topology.Node> nodes, ProxyMode mode, ObjectNode configuration) {
    public Deployment {
      nodes = List.copyOf(nodes);
    }
  }

  /**
   * Starts the proxies; returns when all their rules for the given objects are in the kernel.
   *
   * @param objects Nodes, ServiceCIDRs, Services and EndpointSlices
   */
  Running start(Deployment deployment, ClusterObjects objects);

  /** Removes all rules of the proxy on the nodes, of all modes; none may run there. */
  void cleanUp(Deployment deployment);

  /** Proxies that run. */
  interface Running extends AutoCloseable {
    /** Makes these all the objects there are. Need not wait for anything. */
    void publish(ClusterObjects objects);

    /**
     * Returns when everything published so far is in the kernel of every node, in both families,
     * and flows that it makes stale are gone from conntrack.
     *
     * @throws RuntimeException when that takes too long, with what is known about the reason
     */
    void awaitProgrammed();

    /** Stops the proxies as a restart would: rules stay. Closing twice does nothing. */
    @Override
    void close();
  }
}
