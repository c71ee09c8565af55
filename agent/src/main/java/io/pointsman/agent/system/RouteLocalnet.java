package io.pointsman.agent.system;

import io.pointsman.file.FileProblem;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Lets packets from loopback addresses be redirected to pods (Documentation/networking/ip-sysctl:
 * route_localnet); the rule in KUBE-FIREWALL keeps others from reaching loopback through it.
 */
public final class RouteLocalnet {
  private static final Path FILE = Path.of("/proc/sys/net/ipv4/conf/all/route_localnet");

  private RouteLocalnet() {}

  /**
   * Turns it on in the network namespace of the calling thread.
   *
   * @return why it stays off and what to do, if it does
   */
  public static Optional<String> allow() {
    try {
      if (!KernelFile.read(FILE).equals("1")) {
        KernelFile.write(FILE, "1");
      }
      return Optional.empty();
    } catch (IOException refused) {
      return Optional.of(
          "Node ports will not answer on 127.0.0.1: %s cannot be set to 1 (%s); set it on the host"
                  .formatted(FILE, FileProblem.of(refused).reason())
              + " or turn iptables.localhostNodePorts off");
    }
  }
}
