package io.pointsman.e2e;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pointsman.e2e.echo.Outcome;
import io.pointsman.e2e.echo.Question;
import io.pointsman.net.IpAddress;
import io.pointsman.net.IpFamily;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A cluster in which the service proxy runs on every node. Two nodes have two pods each, {@code a1
 * a2} and {@code b1 b2}, and every pod and node answers as {@link io.pointsman.e2e.echo.EchoServer}
 * does.
 */
interface TestCluster extends AutoCloseable {
  /** The client that is no part of the cluster. */
  String OUTSIDE = "ext";

  /** A node with the addresses at which it is known, one a family. */
  record Node(String name, Optional<String> zone, Map<IpFamily, IpAddress> addresses) {
    public Node {
      addresses = Map.copyOf(addresses);
    }
  }

  /** A pod with its addresses, one a family. */
  record Pod(String name, Node node, Map<IpFamily, IpAddress> addresses) {
    public Pod {
      addresses = Map.copyOf(addresses);
    }
  }

  /** {@code nftables} or {@code iptables}: the mode that the proxies say they have. */
  String mode();

  /** The families of Services here, that of Services which name none first. */
  List<IpFamily> families();

  /** The node of a1 and a2, then the node of b1 and b2. */
  List<Node> nodes();

  /** a1, a2, b1, b2. */
  List<Pod> pods();

  /** Whether a client outside reaches the nodes' addresses. */
  boolean hasOutside();

  /** Asks from a pod, from a node, or from {@link #OUTSIDE}. */
  List<Outcome> ask(String from, Question question);

  /** What the server at this URL says to a GET, from a pod, a node, or {@link #OUTSIDE}. */
  String get(String from, URI url);

  /**
   * Creates a Service or EndpointSlice, or puts it in the place of the one with this name.
   *
   * @param object without namespace and addresses, which the cluster gives
   * @return what the cluster made of it
   */
  ObjectNode put(ObjectNode object);

  /** Sets the load balancer's addresses in the status of a Service. */
  void setLoadBalancer(String service, List<IpAddress> addresses);

  /** Deletes an object that {@link #put} made. */
  void delete(ObjectNode object);

  /** Ends the proxy of every node and starts it again; returns when they are ready. */
  void restartProxies();

  @Override
  void close();
}
