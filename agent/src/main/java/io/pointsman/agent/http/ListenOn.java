package io.pointsman.agent.http;

import io.pointsman.net.IpAddress;
import io.pointsman.net.IpFamily;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.channels.ServerSocketChannel;

/** Where a server waits for connections. */
public sealed interface ListenOn {
  /** 1..65535; 0 lets the kernel choose. */
  int port();

  /** Every address of both families, as far as the kernel has them. */
  record Everywhere(int port) implements ListenOn {
    @Override
    public String toString() {
      return "[::]:" + port;
    }
  }

  /** Every IPv4 address. */
  record EveryIpv4(int port) implements ListenOn {
    @Override
    public String toString() {
      return "0.0.0.0:" + port;
    }
  }

  /** One address. */
  record Address(IpAddress address, int port) implements ListenOn {
    @Override
    public String toString() {
      return (address.family() == IpFamily.IPV4 ? address : "[" + address + "]") + ":" + port;
    }
  }

  /** As people write it: an unspecified address of either family stands for both families. */
  static ListenOn of(IpAddress address, int port) {
    return address.isUnspecified() ? new Everywhere(port) : new Address(address, port);
  }

  /**
   * A bound, non-blocking socket in the network namespace of the calling thread.
   *
   * @throws IOException when it cannot be bound
   */
  default ServerSocketChannel open() throws IOException {
    ServerSocketChannel channel =
        switch (this) {
          // Without a family: one socket for IPv4 and IPv6 where the kernel has IPv6.
          case Everywhere ignored -> ServerSocketChannel.open();
          case EveryIpv4 ignored -> ServerSocketChannel.open(StandardProtocolFamily.INET);
          case Address(IpAddress address, int number) -> open(address.family());
        };
    try {
      channel.configureBlocking(false);
      channel.bind(
          switch (this) {
            case Everywhere(int number) -> new InetSocketAddress(number);
            case EveryIpv4(int number) ->
                new InetSocketAddress(IpAddress.of("0.0.0.0").toInetAddress(), number);
            case Address(IpAddress address, int number) ->
                new InetSocketAddress(address.toInetAddress(), number);
          });
      return channel;
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  private static ServerSocketChannel open(IpFamily family) throws IOException {
    try {
      return ServerSocketChannel.open(
          family == IpFamily.IPV4 ? StandardProtocolFamily.INET : StandardProtocolFamily.INET6);
    } catch (UnsupportedOperationException e) {
      throw new IOException("this machine has no " + family, e);
    }
  }
}
