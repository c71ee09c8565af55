package io.pointsman.lab.packet;

import io.pointsman.netlink.netns.NetworkNamespace;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * Servers that answer every line with their name, their port, and the address and port they saw: in
 * every namespace given, on TCP and UDP, IPv4 and IPv6, at every address the machine has or will
 * have. Two threads serve all of them.
 */
public final class EchoServers implements AutoCloseable {
  /** The ports that every server listens on. */
  public static final List<Integer> PORTS = List.of(8080, 8081, 9090, 9091);

  private final TcpEcho tcp;
  private final UdpEcho udp;

  private EchoServers(TcpEcho tcp, UdpEcho udp) {
    this.tcp = tcp;
    this.udp = udp;
  }

  /** Listens in each namespace; the keys are the names that answers carry. */
  public static EchoServers start(Map<String, NetworkNamespace> namespaces) throws IOException {
    TcpEcho tcp = new TcpEcho();
    UdpEcho udp = new UdpEcho();
    try {
      namespaces.forEach((name, namespace) ->
          Inside.call(
              namespace,
              () -> {
                for (int port : PORTS) {
                  tcp.listen(name, port);
                  udp.listen(name, port);
                }
                return true;
              }));
      tcp.start();
      udp.start();
      return new EchoServers(tcp, udp);
    } catch (RuntimeException failed) {
      tcp.close();
      udp.close();
      throw failed;
    }
  }

  @Override
  public void close() {
    tcp.close();
    udp.close();
  }
}
