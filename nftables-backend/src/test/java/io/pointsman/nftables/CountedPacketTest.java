package io.pointsman.nftables;

import static org.assertj.core.api.Assertions.assertThat;

import io.pointsman.net.IpAddress;
import io.pointsman.net.IpFamily;
import io.pointsman.net.Protocol;
import io.pointsman.netlink.netns.NetworkNamespace;
import io.pointsman.netlink.nfnetlink.BatchSocket;
import io.pointsman.trace.Disposition;
import io.pointsman.trace.Host;
import io.pointsman.trace.Outcome;
import io.pointsman.trace.Packet;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The kernel as judge of the tracer: one packet is sent through rules that count, and the rules
 * that have counted it are those that the tracer tells, read from the same kernel.
 */
class CountedPacketTest {
  @BeforeEach
  void needsNamespaces() {
    Namespaces.require();
  }

  /** By output and postrouting, and again by prerouting and input, where NAT is decided already. */
  @Test
  void aPacketOfTheNodeToItself() throws Exception {
    String rules =
        """
        table ip pointsman {
          chain early { type filter hook output priority -200
            meta mark set 0x00000007 counter
            ct status dnat counter
            ip daddr 127.0.0.1 th dport 99 counter
            meta priority set 0:5
          }
          chain map-first { type nat hook output priority -100
            ip daddr 127.0.0.0/8 th dport 99 counter jump choose
            th dport 98 counter
          }
          chain choose {
            th dport 98 counter accept
            ip saddr 127.0.0.0/30 counter goto chosen
            counter comment "never"
          }
          chain chosen {
            udp dport 99 iifname "lo" counter dnat to 127.0.0.3:7
            udp dport 99 iifname != "eth0" iifname != "lo*" counter dnat to 127.0.0.2:PORT
          }
          chain map-second { type nat hook output priority -90
            counter comment "a mapping is there already"
          }
          chain late { type filter hook output priority -80
            ct state new counter
            ct status dnat counter
            ip daddr 127.0.0.2 counter
            ip daddr 127.0.0.1 counter
            th dport != 99 counter
            ip daddr 127.0.0.1-127.0.0.4 counter
            ip daddr != 127.0.0.1-127.0.0.4 counter
            meta mark & 0x00000003 == 0x00000003 counter
            th dport < 100 counter
            th dport >= 100 counter
            ct original ip daddr 127.0.0.1 udp dport != 99 ct original proto-dst 99 counter
          }
          chain after { type nat hook postrouting priority 100
            ip daddr 127.0.0.2 counter
            ip saddr 127.0.0.2 counter
          }
          chain in-again { type filter hook prerouting priority -110
            iifname "lo" meta mark 0x00000007 counter
            ct state new meta priority 0:5 counter
            fib daddr type local counter return
            counter comment "returned"
          }
          chain map-in { type nat hook prerouting priority -100
            counter comment "no NAT a second time"
          }
          chain arrived { type filter hook input priority 0
            fib saddr type local iifname "l*" counter
            ip protocol udp counter accept
            counter comment "accepted"
          }
          chain arrived-later { type filter hook input priority 5
            counter
          }
          chain map-input { type nat hook input priority 100
            counter comment "no NAT a second time"
          }
        }
        """;
    try (NetworkNamespace namespace = NetworkNamespace.create()) {
      namespace.exec("ip", "link", "set", "lo", "up").orThrow();
      namespace.call(() -> {
        try (DatagramSocket receiver = socket("127.0.0.2")) {
          load(rules, receiver, namespace);
          send("127.0.0.1", "127.0.0.1", receiver);
        }
        return assertToldAsCounted(
            namespace,
            packet(new Packet.Origin.Node(), "127.0.0.1", "127.0.0.1"),
            new Host(Set.of()),
            "127.0.0.2",
            false);
      });
    }
  }

  /**
   * By prerouting, forward and postrouting. Client and server are one machine: without masquerading
   * it would throw away what comes from its own address.
   */
  @Test
  void aForwardedPacket() throws Exception {
    String rules =
        """
        table ip pointsman {
          chain early { type filter hook prerouting priority -110
            iifname "n0" ip daddr 198.51.100.1 udp dport 99 counter
            ct status dnat counter
            fib daddr type local counter
            fib saddr type local counter
            ip saddr & 255.255.0.255 == 10.1.0.2 counter
          }
          chain nothing { type nat hook prerouting priority -100
            ip daddr 198.51.100.2 counter
          }
          chain redirect-all { type nat hook prerouting priority -90
            meta mark set meta mark | 0x00004000
            udp dport 99 counter dnat to 10.2.0.2:PORT
          }
          chain to-node { type filter hook input priority 0
            counter
          }
          chain through { type filter hook forward priority 0
            ct status dnat ip daddr 10.2.0.2 counter jump more
            counter comment "returned from more"
            iifname "n0" meta mark & 0x0000ff00 == 0x00004000 counter accept
            counter comment "not after accept"
          }
          chain more {
            ip daddr 198.51.100.1 counter
            ct original ip daddr 198.51.100.1 counter return
            counter comment "not after return"
          }
          chain out { type nat hook postrouting priority 100
            iifname "n0" counter
            meta mark & 0x00004000 != 0 meta mark set meta mark ^ 0x00004000 counter masquerade
          }
          chain behind { type filter hook postrouting priority 110
            ip saddr 10.1.0.2 counter
            ip saddr 10.2.0.1 counter
            meta mark 0 counter
          }
        }
        """;
    try (NetworkNamespace node = NetworkNamespace.create();
        NetworkNamespace others = NetworkNamespace.create()) {
      wire(node, others, 0);
      wire(node, others, 1);
      node.exec("sysctl", "-qw", "net.ipv4.ip_forward=1").orThrow();
      others.exec("ip", "route", "add", "198.51.100.0/24", "via", "10.1.0.1").orThrow();
      others.call(() -> {
        try (DatagramSocket receiver = socket("10.2.0.2")) {
          load(rules, receiver, node);
          send("10.1.0.2", "198.51.100.1", receiver);
        }
        return true;
      });
      node.call(() ->
          assertToldAsCounted(
              node,
              packet(new Packet.Origin.Arriving("n0"), "10.1.0.2", "198.51.100.1"),
              new Host(Set.of(IpAddress.of("10.2.0.1"))),
              "10.2.0.2",
              true));
    }
  }

  /** A client that was never seen: the first memory of it stays, and it goes where that says. */
  @Test
  void aPacketThatIsRemembered() throws Exception {
    String rules =
        """
        table ip pointsman {
          map affinity {
            typeof ip saddr . meta priority : ip daddr
            size 100
            flags dynamic,timeout
          }
          chain out { type nat hook output priority -100
            meta priority set 0:7 counter
            th dport 99 jump recall
            update @affinity { ip saddr . meta priority timeout 60s : 127.0.0.2 } counter
            update @affinity { ip saddr . meta priority timeout 60s : 127.0.0.3 } counter
            th dport 98 counter
            th dport 99 counter jump recall
            counter comment "not reached"
          }
          chain recall {
            dnat to ip saddr . meta priority map @affinity
          }
        }
        """;
    try (NetworkNamespace namespace = NetworkNamespace.create()) {
      namespace.exec("ip", "link", "set", "lo", "up").orThrow();
      namespace.call(() -> {
        try (DatagramSocket receiver = new DatagramSocket(99, InetAddress.getByName("127.0.0.2"))) {
          receiver.setSoTimeout(10_000);
          load(rules, receiver, namespace);
          send("127.0.0.1", "127.0.0.1", receiver);
        }
        return assertToldAsCounted(
            namespace,
            packet(new Packet.Origin.Node(), "127.0.0.1", "127.0.0.1"),
            new Host(Set.of()),
            "127.0.0.2",
            false);
      });
    }
  }

  /** A cable: the node has {@code .1} at one end, the others {@code .2} at the other. */
  private static void wire(NetworkNamespace node, NetworkNamespace others, int number) {
    String here = "n" + number;
    String there = "o" + number;
    String net = "10." + (number + 1) + ".0.";
    node.exec("ip", "link", "add", here, "type", "veth", "peer", "name", there).orThrow();
    node.exec("ip", "link", "set", there, "netns", others.path()).orThrow();
    node.exec("ip", "address", "add", net + "1/24", "dev", here).orThrow();
    node.exec("ip", "link", "set", here, "up").orThrow();
    others.exec("ip", "address", "add", net + "2/24", "dev", there).orThrow();
    others.exec("ip", "link", "set", there, "up").orThrow();
  }

  private static Packet packet(Packet.Origin origin, String from, String to) {
    return new Packet(origin, IpAddress.of(from), IpAddress.of(to), Protocol.UDP, 99);
  }

  private static DatagramSocket socket(String address) throws Exception {
    DatagramSocket socket = new DatagramSocket(0, InetAddress.getByName(address));
    socket.setSoTimeout(10_000);
    return socket;
  }

  private static void load(String rules, DatagramSocket receiver, NetworkNamespace namespace) {
    String text = rules.replace("PORT", Integer.toString(receiver.getLocalPort()));
    namespace.execWithInput(text, "nft", "-f", "-").orThrow();
  }

  /** Sends one packet to port 99 and waits until it has come to the receiver. */
  private static void send(String from, String to, DatagramSocket receiver) throws Exception {
    try (DatagramSocket sender = socket(from)) {
      sender.send(new DatagramPacket(new byte[1], 1, new InetSocketAddress(to, 99)));
    }
    receiver.receive(new DatagramPacket(new byte[1], 1));
  }

  private static boolean assertToldAsCounted(
      NetworkNamespace namespace, Packet packet, Host host, String endpoint, boolean masqueraded)
      throws Exception {
    try (BatchSocket socket = BatchSocket.open(Duration.ofSeconds(30))) {
      Ruleset ruleset = new KernelReader(socket.client(), IpFamily.IPV4).read().ruleset();
      List<Outcome> outcomes = new NftablesTracer(ruleset).trace(packet, host).outcomes();
      assertThat(outcomes).hasSize(1);
      assertThat(outcomes.getFirst().path().stream().map(Outcome.Step::toString))
          .filteredOn(step -> step.contains("counter"))
          .containsExactlyInAnyOrderElementsOf(counted(namespace, ruleset));
      assertThat(outcomes.getFirst().disposition())
          .isInstanceOfSatisfying(
              Disposition.Dnat.class,
              dnat -> {
                assertThat(dnat.address()).isEqualTo(IpAddress.of(endpoint));
                assertThat(dnat.masqueraded()).isEqualTo(masqueraded);
              });
    }
    return true;
  }

  /** The rules that have counted a packet, as steps of a path are written. */
  private static List<String> counted(NetworkNamespace namespace, Ruleset ruleset) {
    Pattern counter = Pattern.compile("counter packets (\\d+) bytes \\d+");
    List<String> counted = new ArrayList<>();
    String chain = "";
    int index = 0;
    for (String line :
        namespace.exec("nft", "list", "ruleset").orThrow().output().lines().toList()) {
      String text = line.strip();
      Matcher count = counter.matcher(text);
      if (text.startsWith("chain ")) {
        chain = text.substring("chain ".length(), text.indexOf(" {"));
        index = 0;
      } else if (!chain.isEmpty() && !text.startsWith("type ") && !text.equals("}")) {
        Rule rule = ruleset.chains().get(chain).orElseThrow().rules().get(index++);
        if (count.find() && !count.group(1).equals("0")) {
          assertThat(count.group(1)).as(text).isEqualTo("1");
          counted.add(chain + ": " + rule);
        }
      } else if (text.equals("}")) {
        chain = "";
      }
    }
    assertThat(counted).hasSizeGreaterThan(3);
    return counted;
  }
}
