package io.pointsman.testing;

import io.pointsman.net.Cidr;
import io.pointsman.net.IpAddress;
import io.pointsman.net.IpFamily;
import io.pointsman.net.Protocol;
import io.pointsman.plan.LocalDetector;
import io.pointsman.plan.NodeContext;
import io.pointsman.plan.NodePortAddresses;
import io.pointsman.trace.Host;
import io.pointsman.trace.Packet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/**
 * Random settings of a node, and packets that meet the Services of {@link RandomCluster} there. The
 * same seed gives the same.
 */
public final class RandomNode {
  private static final String BRIDGE = "cbr0";
  private static final String UPLINK = "eth0";

  private final IpFamily family;
  private final Random random;

  public RandomNode(IpFamily family, long seed) {
    this.family = family;
    this.random = new Random(seed);
  }

  private boolean v4() {
    return family == IpFamily.IPV4;
  }

  private boolean oneIn(int n) {
    return random.nextInt(n) == 0;
  }

  private static IpAddress ip(String text) {
    return IpAddress.parse(text).orElseThrow();
  }

  private IpAddress primary() {
    return ip(v4() ? "172.29.0.11" : "fd00:29::11");
  }

  private IpAddress secondary() {
    return ip(v4() ? "172.28.5.11" : "fd00:28::11");
  }

  private IpAddress gateway() {
    return ip(v4() ? "10.244.0.254" : "fd00:244::fe");
  }

  private IpAddress loopback() {
    return ip(v4() ? "127.0.0.1" : "::1");
  }

  /** The node's addresses, which are the same for all settings. */
  public Host host() {
    return new Host(Set.of(primary(), secondary(), gateway()));
  }

  /** Settings of the proxy on the node. */
  public NodeContext context() {
    return new NodeContext(
        family,
        RandomCluster.NODE,
        "zone-0",
        oneIn(4) ? Optional.empty() : Optional.of(primary()),
        detector(),
        nodePortAddresses(),
        oneIn(2),
        oneIn(4),
        14,
        List.of(Cidr.of(v4() ? "10.96.0.0/12" : "fd00:96::/108")));
  }

  private LocalDetector detector() {
    return switch (random.nextInt(4)) {
      case 0 -> new LocalDetector.None();
      case 1 -> new LocalDetector.Bridge(BRIDGE);
      case 2 -> new LocalDetector.InterfacePrefix("cbr");
      default -> new LocalDetector.SourceRange(Cidr.of(v4() ? "10.244.0.0/16" : "fd00:244::/64"));
    };
  }

  private NodePortAddresses nodePortAddresses() {
    return switch (random.nextInt(3)) {
      case 0 -> new NodePortAddresses.All();
      case 1 -> new NodePortAddresses.Only(new TreeSet<>(Set.of(primary())));
      default -> new NodePortAddresses.Only(new TreeSet<>(Set.of(secondary(), loopback())));
    };
  }

  /** A packet to, or just beside, something that a Service may own. */
  public Packet packet() {
    boolean nodePort = oneIn(3);
    IpAddress to = nodePort ? nodeAddress() : virtualAddress();
    Protocol protocol = oneIn(3) ? oneIn(2) ? Protocol.UDP : Protocol.SCTP : Protocol.TCP;
    int port = nodePort ? 30000 + random.nextInt(6) : 80 + random.nextInt(3);
    return switch (random.nextInt(3)) {
      case 0 ->
          new Packet(
              new Packet.Origin.Node(),
              to.isLoopback() ? loopback() : nodeSource(),
              to,
              protocol,
              port);
      case 1 ->
          new Packet(new Packet.Origin.Arriving(BRIDGE), pod(), notLoopback(to), protocol, port);
      default ->
          new Packet(
              new Packet.Origin.Arriving(UPLINK), outside(), notLoopback(to), protocol, port);
    };
  }

  private IpAddress notLoopback(IpAddress to) {
    return to.isLoopback() ? primary() : to;
  }

  private IpAddress nodeSource() {
    return oneIn(2) ? primary() : gateway();
  }

  private IpAddress pod() {
    return ip((v4() ? "10.244.0." : "fd00:244::") + (1 + random.nextInt(9)));
  }

  /** Another node, a pod of another node, an outside client, or a load balancer's own address. */
  private IpAddress outside() {
    return switch (random.nextInt(4)) {
      case 0 -> ip(v4() ? "172.29.0.12" : "fd00:29::12");
      case 1 -> pod();
      case 2 -> ip((v4() ? "198.51.100." : "2001:db8:1::") + random.nextInt(3));
      default -> ip(v4() ? "203.0.113.9" : "2001:db8:9::9");
    };
  }

  private IpAddress nodeAddress() {
    return switch (random.nextInt(4)) {
      case 0 -> secondary();
      case 1 -> loopback();
      case 2 -> gateway();
      default -> primary();
    };
  }

  private IpAddress virtualAddress() {
    return switch (random.nextInt(4)) {
      case 0 -> ip((v4() ? "192.0.2." : "2001:db8::") + random.nextInt(3));
      case 1 -> ip((v4() ? "198.51.100." : "2001:db8:1::") + random.nextInt(3));
      default -> ip((v4() ? "10.96.0." : "fd00:96::") + random.nextInt(14));
    };
  }
}
