package io.pointsman.benchmarks;

import io.pointsman.net.IpAddress;
import io.pointsman.netlink.netns.NetworkNamespace;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Optional;

/**
 * A namespace that answers at every pod's address and stands for a node and all its pods: the whole
 * range is local to it, and one server tells each client which address it has reached.
 */
final class PodWorld implements AutoCloseable {
  /** The node's own address. */
  static final String NODE_ADDRESS = "192.0.2.1";

  private static final int LIMIT_MILLIS = 1000;

  private final NetworkNamespace namespace = NetworkNamespace.create();
  private final ServerSocket pods;

  /**
   * Opens the namespace for the pods of a workload of IPv4.
   *
   * @throws Exception when the tool {@code ip} or a right is missing
   */
  PodWorld(Workload workload) throws Exception {
    exec("ip link set lo up");
    exec("ip link add eth0 type veth peer name wire");
    exec("ip link set wire up");
    exec("ip address add " + NODE_ADDRESS + "/24 dev eth0");
    exec("ip link set eth0 up");
    // ClusterIPs must be routable for a packet to get as far as the rules.
    exec("ip route add default dev eth0");
    exec("ip route add local " + workload.pods() + " dev lo");
    pods = namespace.call(() -> new ServerSocket(Workload.POD_PORT, 1024));
    Thread.ofPlatform().daemon().name("pods").start(this::serve);
  }

  private void exec(String command) {
    namespace.exec(command.split(" ", -1)).orThrow();
  }

  private void serve() {
    while (!pods.isClosed()) {
      try (Socket client = pods.accept()) {
        client.setSoTimeout(LIMIT_MILLIS);
        client.getOutputStream().write(client.getLocalAddress().getAddress());
        // The client ends the connection, so that no port of it has to wait.
        client.getInputStream().read();
      } catch (IOException leftOrClosed) {
        // The loop's condition tells which.
      }
    }
  }

  NetworkNamespace namespace() {
    return namespace;
  }

  /** The pod that a connection from this thread, which must be inside, reaches; empty if none. */
  static Optional<IpAddress> ask(IpAddress service) {
    try (Socket socket = new Socket()) {
      socket.setSoLinger(true, 0);
      socket.setSoTimeout(LIMIT_MILLIS);
      socket.connect(
          new InetSocketAddress(service.toInetAddress(), Workload.SERVICE_PORT), LIMIT_MILLIS);
      byte[] answer = socket.getInputStream().readNBytes(service.bytes().length);
      return answer.length == 0 ? Optional.empty() : Optional.of(IpAddress.ofBytes(answer));
    } catch (IOException unreachable) {
      return Optional.empty();
    }
  }

  @Override
  public void close() throws IOException {
    pods.close();
    namespace.close();
  }
}
