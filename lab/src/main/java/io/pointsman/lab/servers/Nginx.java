package io.pointsman.lab.servers;

import io.pointsman.lab.Lab;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * An nginx. New configuration is taken by new worker processes on the same listening sockets, while
 * the old ones finish the requests that they have ("Controlling nginx", section Changing
 * Configuration).
 */
final class Nginx {
  private final ServerProcess server;

  private Nginx(ServerProcess server) {
    this.server = server;
  }

  /**
   * Starts it; returns when it listens.
   *
   * @param http what stands inside of the block {@code http}
   */
  static Nginx start(Lab lab, String place, Path directory, String http) {
    ServerProcess server = new ServerProcess(lab, place, directory);
    Nginx nginx = new Nginx(server);
    nginx.configure(http);
    server.start(
        () -> Files.exists(server.file("nginx.pid")),
        "nginx",
        "-e",
        "stderr",
        "-c",
        server.file("nginx.conf").toString());
    return nginx;
  }

  /**
   * Gives it new configuration, after nginx itself has looked through it; the old one stays when
   * that finds a fault.
   */
  void serve(String http) {
    configure(http);
    server
        .run(
            "nginx", "-e", "stderr", "-c", server.file("nginx.conf").toString(), "-s", "reload")
        .orThrow();
  }

  private void configure(String http) {
    String text = whole(http);
    server.write("checked.conf", text);
    server
        .run("nginx", "-t", "-q", "-e", "stderr", "-c", server.file("checked.conf").toString())
        .orThrow();
    server.write("nginx.conf", text);
  }

  /** As root, for the directory is root's alone. */
  private String whole(String http) {
    return """
        user root;
        daemon off;
        worker_processes 1;
        pid "%1$s";
        events {}
        http {
        access_log off;
        server_tokens off;
        default_type text/plain;
        keepalive_requests 1000000;
        client_body_temp_path "%2$s";
        proxy_temp_path "%2$s";
        fastcgi_temp_path "%2$s";
        uwsgi_temp_path "%2$s";
        scgi_temp_path "%2$s";
        %3$s}
        """
        .formatted(server.file("nginx.pid"), server.file("bodies"), http);
  }
}
