package io.pointsman.iptables;

import io.pointsman.net.IpAddress;
import io.pointsman.net.IpFamily;
import io.pointsman.netlink.netns.NetworkNamespace;
import java.util.Arrays;
import java.util.List;

/**
 * A node that forwards, and behind it a namespace with pods' addresses, joined by a wire.
 *
 * @param node where the rules are
 * @param pods where the endpoints listen
 */
record PodNetwork(Sandbox node, NetworkNamespace pods, IpFamily family) implements AutoCloseable {
  /** A network with pods {@code ...2}, {@code ...3} and so on. */
  static PodNetwork create(IpFamily family, int count) {
    Sandbox node = Sandbox.create();
    PodNetwork network = new PodNetwork(node, NetworkNamespace.create(), family);
    network.connect(count);
    return network;
  }

  /** The node's address on the wire. */
  IpAddress router() {
    return Plans.address(family, "10.244.0.0", "fd00:244::", 1);
  }

  /** A pod's address; the first is number 0. */
  IpAddress pod(int number) {
    return Plans.address(family, "10.244.0.0", "fd00:244::", 2 + number);
  }

  IpAddress vip() {
    return Plans.address(family, "10.96.0.0", "fd00:96::", 10);
  }

  private void connect(int count) {
    boolean v4 = family == IpFamily.IPV4;
    String options = (v4 ? "/24" : "/64") + " dev ";
    String nodad = v4 ? "" : " nodad";
    exec(node.namespace(), "sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1");
    exec(node.namespace(), "ip link set lo up");
    exec(node.namespace(), "ip link add veth0 type veth peer name eth0 netns " + pods.path());
    exec(node.namespace(), "ip address add " + router() + options + "veth0" + nodad);
    exec(node.namespace(), "ip link set veth0 up");
    for (int i = 0; i < count; i++) {
      exec(pods, "ip address add " + pod(i) + options + "eth0" + nodad);
    }
    exec(pods, "ip link set eth0 up");
    exec(pods, "ip route add default via " + router());
    exec(node.namespace(), "ip route add " + vip() + " via " + pod(0));
  }

  private static void exec(NetworkNamespace namespace, String command) {
    List<String> words = Arrays.asList(command.split(" ", -1));
    namespace.exec(words.toArray(String[]::new)).orThrow();
  }

  @Override
  public void close() {
    pods.close();
    node.close();
  }
}
