package io.pointsman.lab.servers;

import io.pointsman.lab.scenario.ClusterObjects;
import io.pointsman.net.IpAddress;
import io.pointsman.netlink.netns.NetworkNamespace;
import java.nio.file.Path;
import java.util.Optional;

/** A DNS server of a cluster: names of its Services and pods, as {@link ClusterZone} makes them. */
public final class DnsServer implements AutoCloseable {
  private final ZoneServer server;
  private String served;
  private long serial = 1;

  private DnsServer(ZoneServer server, String served) {
    this.server = server;
    this.served = served;
  }

  /**
   * Starts it on port 53 of all addresses, UDP and TCP; returns when it serves.
   *
   * @param directory its own, for configuration, zone and log; whoever gives it removes it
   * @param objects the cluster's; kinds that are nothing to DNS do not matter
   * @param upstream whom to ask for names outside of the cluster; they are refused without it
   * @throws io.pointsman.lab.LabException with the server's words when it does not start
   */
  public static DnsServer start(
      NetworkNamespace namespace,
      Path directory,
      ClusterObjects objects,
      Optional<IpAddress> upstream) {
    String zone = ClusterZone.of(objects, 1);
    return new DnsServer(
        ZoneServer.start(namespace, directory, ClusterZone.DOMAIN, zone, upstream), zone);
  }

  /**
   * Takes what changed in the objects, without leaving a query unanswered; returns when the new
   * names are served. Does nothing when no name changed.
   */
  public synchronized void update(ClusterObjects objects) {
    if (!ClusterZone.of(objects, serial).equals(served)) {
      serial++;
      served = ClusterZone.of(objects, serial);
      server.serve(served);
    }
  }

  /** Ends the server; its files stay. */
  @Override
  public void close() {
    server.close();
  }
}
