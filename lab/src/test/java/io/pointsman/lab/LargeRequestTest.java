package io.pointsman.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pointsman.lab.scenario.BaseObjects;
import io.pointsman.lab.scenario.ClusterObjects;
import io.pointsman.lab.scenario.ProxyMode;
import io.pointsman.lab.scenario.ProxyUnderTest;
import io.pointsman.lab.scenario.ScenarioReader;
import io.pointsman.netlink.netns.NetworkNamespace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What does not fit into one packet comes through whole: UDP in fragments, TCP in segments. */
@NeedsLab
class LargeRequestTest {
  /** Six fragments on a link of 1,500 bytes. */
  private static final int DATAGRAM = 8_000;

  private static final int STREAM = 1 << 20;
  private static final int SERVER_PORT = 7000;
  private static final int PATIENCE_MILLIS = 10_000;

  private static final String SERVICE =
      """
      objects:
      - {service: large, ip: [10.211.30.1, "fd00:211::3001"], ports: ["t=80", "u=80/UDP"]}
      - {slice: large, family: both, ports: ["t=7000", "u=7000/UDP"], endpoints: [b1]}
      """;

  private final byte[] question = bytes();

  private static byte[] bytes() {
    byte[] bytes = new byte[STREAM];
    new Random(1).nextBytes(bytes);
    return bytes;
  }

  @ParameterizedTest
  @CsvSource({
    "nftables, 10.211.30.1", "nftables, fd00:211::3001",
    "iptables, 10.211.30.1", "iptables, fd00:211::3001",
  })
  void comesThroughWhole(String mode, String address) throws Exception {
    Topology topology = Topology.oracle();
    ProxyMode proxyMode = mode.equals("iptables") ? ProxyMode.IPTABLES : ProxyMode.NFTABLES;
    ObjectNode nothing = JsonNodeFactory.instance.objectNode();
    ClusterObjects objects =
        ClusterObjects.of(BaseObjects.of(topology))
            .with(new ScenarioReader(topology).read("large.yaml", SERVICE).objects());
    try (Lab lab = Lab.up(topology);
        ProxyUnderTest.Running _ =
            new AgentProxy(AgentProxy.Supply.MANIFESTS)
                .start(
                    new ProxyUnderTest.Deployment(
                        lab,
                        topology.nodes().subList(0, 1),
                        proxyMode,
                        BaseObjects.configuration(topology, proxyMode, nothing)),
                    objects)) {
      InetSocketAddress service = new InetSocketAddress(address, 80);
      byBytes(lab.namespace("b1"), lab.namespace("a2"), service);
      byDatagram(lab.namespace("b1"), lab.namespace("a2"), service);
    }
  }

  private void byBytes(NetworkNamespace server, NetworkNamespace client, InetSocketAddress service)
      throws Exception {
    try (ServerSocket listening = server.call(() -> new ServerSocket(SERVER_PORT));
        Socket asking = client.call(() -> connected(service))) {
      asking.setSoTimeout(PATIENCE_MILLIS);
      listening.setSoTimeout(PATIENCE_MILLIS);
      try (Socket answering = listening.accept()) {
        answering.setSoTimeout(PATIENCE_MILLIS);
        Thread writer = Thread.ofPlatform().daemon().start(() -> write(asking));
        byte[] arrived = answering.getInputStream().readNBytes(STREAM);
        assertThat(arrived).isEqualTo(question);
        writer.join(PATIENCE_MILLIS);
        answering.getOutputStream().write(arrived, 0, DATAGRAM);
        assertThat(asking.getInputStream().readNBytes(DATAGRAM))
            .isEqualTo(Arrays.copyOf(question, DATAGRAM));
      }
    }
  }

  /** A socket is made when it connects, in the namespace of the thread that does it. */
  private static Socket connected(InetSocketAddress to) throws IOException {
    Socket socket = new Socket();
    socket.connect(to, PATIENCE_MILLIS);
    return socket;
  }

  private void write(Socket to) {
    try {
      to.getOutputStream().write(question);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void byDatagram(
      NetworkNamespace server, NetworkNamespace client, InetSocketAddress service)
      throws Exception {
    try (DatagramSocket answering = server.call(() -> new DatagramSocket(SERVER_PORT));
        DatagramSocket asking = client.call(() -> new DatagramSocket())) {
      answering.setSoTimeout(PATIENCE_MILLIS);
      asking.setSoTimeout(PATIENCE_MILLIS);
      asking.send(new DatagramPacket(question, DATAGRAM, service));
      DatagramPacket arrived = new DatagramPacket(new byte[STREAM], STREAM);
      answering.receive(arrived);
      assertThat(arrived.getLength()).isEqualTo(DATAGRAM);
      answering.send(new DatagramPacket(question, DATAGRAM, arrived.getSocketAddress()));
      DatagramPacket answer = new DatagramPacket(new byte[STREAM], STREAM);
      asking.receive(answer);
      assertThat(answer.getLength()).isEqualTo(DATAGRAM);
      assertThat(answer.getSocketAddress()).isEqualTo(service);
    }
  }
}
