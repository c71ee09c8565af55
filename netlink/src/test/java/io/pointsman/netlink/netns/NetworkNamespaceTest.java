package io.pointsman.netlink.netns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.abort;

import com.sun.jna.Memory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class NetworkNamespaceTest {
  @BeforeEach
  void namespacesCanBeMade() {
    NetworkNamespace.unavailable()
        .ifPresent(reason -> {
          if ("true".equals(System.getenv("CI"))) {
            throw new AssertionError("needed in CI: " + reason);
          }
          abort(reason);
        });
  }

  @Test
  void startsEmptyAndApart() {
    try (NetworkNamespace one = NetworkNamespace.create();
        NetworkNamespace two = NetworkNamespace.create()) {
      one.exec("ip", "link", "add", "here", "type", "bridge").orThrow();

      assertThat(one.exec("ip", "-o", "link").output()).contains("lo:").contains("here:");
      assertThat(two.exec("ip", "-o", "link").output()).contains("lo:").doesNotContain("here:");
      assertThat(Path.of("/proc/self/net/dev")).content().doesNotContain("here:");
    }
  }

  @Test
  void joinsTwoNamespacesByPath() {
    try (NetworkNamespace one = NetworkNamespace.create();
        NetworkNamespace two = NetworkNamespace.create()) {
      one.exec(
              "ip",
              "link",
              "add",
              "left",
              "type",
              "veth",
              "peer",
              "name",
              "right",
              "netns",
              two.path())
          .orThrow();

      assertThat(two.exec("ip", "-o", "link").output()).contains("right@");
    }
  }

  @Test
  void socketsAndThreadsOfATaskAreInside() throws Exception {
    try (NetworkNamespace inside = NetworkNamespace.create()) {
      inside.exec("ip", "link", "set", "lo", "up").orThrow();
      InetAddress loopback = InetAddress.ofLiteral("127.0.0.1");
      try (ServerSocket server = inside.call(() -> new ServerSocket(0, 5, loopback))) {
        InetSocketAddress address = new InetSocketAddress(loopback, server.getLocalPort());

        try (Socket client = inside.call(() -> connected(address))) {
          assertThat(client.getPort()).isEqualTo(server.getLocalPort());
        }
        assertThatThrownBy(() -> connected(address).close()).isInstanceOf(IOException.class);
      }
    }
  }

  private static Socket connected(InetSocketAddress address) throws IOException {
    Socket socket = new Socket();
    socket.connect(address, 1000);
    return socket;
  }

  @Test
  void sysctlsOfTheNamespaceAreThoseOfTheThread() throws Exception {
    Path forward = Path.of("/proc/sys/net/ipv4/conf/lo/forwarding");
    String outside = Files.readString(forward);
    try (NetworkNamespace inside = NetworkNamespace.create()) {
      for (String value : new String[] {"0", "1"}) {
        inside.call(() -> Files.writeString(forward, value));

        assertThat(inside.call(() -> Files.readString(forward)).strip()).isEqualTo(value);
        assertThat(inside.exec("cat", forward.toString()).output().strip()).isEqualTo(value);
      }
    }
    assertThat(Files.readString(forward)).isEqualTo(outside);
  }

  @Test
  void aFailingCommandIsToldWithItsWords() {
    try (NetworkNamespace inside = NetworkNamespace.create()) {
      assertThatThrownBy(() -> inside.exec("ip", "link", "del", "nothing").orThrow())
          .isInstanceOf(NamespaceException.class)
          .hasMessageContaining("'ip link del nothing' ended with code 1")
          .hasMessageContaining("Cannot find device");
      assertThat(inside.execWithInput("one two", "cat").output()).isEqualTo("one two");
    }
  }

  /** The JDK opens things once that stay: they must not be opened inside. */
  @Test
  @Timeout(60)
  void whatTheJdkKeepsDoesNotKeepAClosedNamespace() throws Exception {
    try (NetworkNamespace witness = NetworkNamespace.create()) {
      NetworkNamespace closing = NetworkNamespace.create();
      closing
          .exec("ip", "link", "add", "near", "type", "veth", "peer", "far", "netns", witness.path())
          .orThrow();
      Memory kept =
          closing.call(() -> {
            ServerSocketChannel.open().close();
            new ServerSocket().close();
            return new Memory(8);
          });

      closing.close();

      // The cable's other end goes when the kernel takes the closed namespace apart.
      while (witness.exec("ip", "-o", "link").output().contains("far@")) {
        Thread.onSpinWait();
      }
      assertThat(kept.size()).isEqualTo(8);
    }
  }

  @Test
  void aClosedNamespaceIsRefused() {
    NetworkNamespace namespace = NetworkNamespace.create();
    namespace.close();
    namespace.close();

    assertThatThrownBy(() -> namespace.run(() -> {})).hasMessageContaining("closed");
  }

  @Test
  void whatTheTaskThrowsComesBack() {
    try (NetworkNamespace inside = NetworkNamespace.create()) {
      assertThatThrownBy(() ->
              inside.call(() -> {
                throw new IOException("from the task");
              }))
          .isInstanceOf(IOException.class)
          .hasMessage("from the task");
    }
  }
}
