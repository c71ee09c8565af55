package io.pointsman.lab.servers;

import io.pointsman.lab.Lab;
import io.pointsman.net.IpAddress;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Knot DNS, authoritative for one zone. A new zone takes the old one's place between two queries
 * (knotd's zone-reload), so none goes without an answer.
 */
public final class DnsServer {
  private final ServerProcess server;
  private final String domain;

  private DnsServer(ServerProcess server, String domain) {
    this.server = server;
    this.domain = domain;
  }

  /**
   * Starts it on port 53 of all addresses of the place; returns when it serves.
   *
   * @param directory its own, for configuration, zone and log
   * @param zone the master file
   * @param upstream whom to ask for names outside of the zone; they are refused without it
   */
  public static DnsServer start(
      Lab lab, String place, Path directory, String domain, String zone, Optional<String> upstream) {
    ServerProcess server = new ServerProcess(lab, place, directory);
    server.write("zone", zone);
    server.write(
        "knot.conf", configuration(directory, domain, upstream.map(IpAddress::of)));
    server.start(
        () -> control(server, "zone-status", domain),
        "knotd",
        "-c",
        server.file("knot.conf").toString());
    return new DnsServer(server, domain);
  }

  /** Serves this zone from now on; returns when it does. */
  public void serve(String zone) {
    server.write("zone", zone);
    server
        .run("knotc", "-b", "-s", server.file("knot.sock").toString(), "zone-reload", domain)
        .orThrow();
  }

  private static boolean control(ServerProcess server, String... words) {
    String[] command = new String[words.length + 3];
    command[0] = "knotc";
    command[1] = "-s";
    command[2] = server.file("knot.sock").toString();
    System.arraycopy(words, 0, command, 3, words.length);
    return server.run(command).exitCode() == 0;
  }

  /** Databases of the smallest sizes that knotd takes: nothing here changes but by the file. */
  private static String configuration(
      Path directory, String domain, Optional<IpAddress> upstream) {
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
}
