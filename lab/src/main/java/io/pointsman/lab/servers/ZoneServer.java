package io.pointsman.lab.servers;

import io.pointsman.net.IpAddress;
import io.pointsman.netlink.netns.NetworkNamespace;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Knot DNS, authoritative for one zone. A new zone takes the old one's place between two queries
 * (knotc's zone-reload), so none goes without an answer.
 */
public final class ZoneServer implements AutoCloseable {
  private final ServerProcess server;
  private final String domain;

  private ZoneServer(ServerProcess server, String domain) {
    this.server = server;
    this.domain = domain;
  }

  /**
   * Starts it on port 53 of all addresses, UDP and TCP; returns when it serves.
   *
   * @param directory its own, for configuration, zone and log
   * @param domain the zone's name, without a dot at its end
   * @param zone the master file (RFC 1035, section 5)
   * @param upstream whom to ask for names outside of the zone; they are refused without it
   */
  public static ZoneServer start(
      NetworkNamespace namespace,
      Path directory,
      String domain,
      String zone,
      Optional<IpAddress> upstream) {
    ServerProcess server = new ServerProcess(namespace, directory);
    server.write("zone", zone);
    server.write("knot.conf", configuration(directory, domain, upstream));
    server.start(
        () -> server.run(control(server, "zone-status", domain)).exitCode() == 0,
        "knotd",
        "-c",
        server.file("knot.conf").toString());
    return new ZoneServer(server, domain);
  }

  /**
   * Serves this zone from now on; returns when it does.
   *
   * @param zone with a greater serial number than the one before
   */
  public void serve(String zone) {
    server.write("zone", zone);
    server.run(control(server, "zone-reload", domain)).orThrow();
  }

  /** Waits until knotd has done it. */
  private static String[] control(ServerProcess server, String command, String domain) {
    String socket = server.file("knot.sock").toString();
    return new String[] {"knotc", "-b", "-s", socket, command, domain};
  }

  /** Databases of the smallest sizes that knotd takes: nothing here changes but by the file. */
  private static String configuration(Path directory, String domain, Optional<IpAddress> upstream) {
    String forwarding =
        upstream
            .map(address ->
                """
                remote:
                - id: upstream
                  address: %s@53
                mod-dnsproxy:
                - id: forward
                  remote: upstream
                  fallback: on
                """
                    .formatted(address))
            .orElse("");
    return """
    server:
      listen: [ 0.0.0.0@53, ::@53 ]
      rundir: "%1$s"
      pidfile: "%1$s/pid"
      udp-workers: 1
      tcp-workers: 1
      background-workers: 1
    control:
      listen: "%1$s/knot.sock"
    log:
    - target: stderr
      any: notice
    database:
      storage: "%1$s"
      journal-db-max-size: 1M
      kasp-db-max-size: 5M
      timer-db-max-size: 1M
      catalog-db-max-size: 5M
    %2$stemplate:
    - id: default
      storage: "%1$s"
      zonefile-load: whole
      zonefile-sync: -1
      journal-content: none
    %3$szone:
    - domain: %4$s
      file: zone
    """
        .formatted(
            directory,
            forwarding,
            upstream.isPresent() ? "  global-module: mod-dnsproxy/forward\n" : "",
            domain);
  }

  @Override
  public void close() {
    server.close();
  }
}
