package io.pointsman.lab.servers;

import io.pointsman.lab.LabException;
import io.pointsman.netlink.netns.NetworkNamespace;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * An nginx. New configuration is taken by new worker processes on the same listening sockets, while
 * the old ones finish the requests that they have ("Controlling nginx", section Changing
 * Configuration).
 */
final class Nginx implements AutoCloseable {
  private final ServerProcess server;
  private String served;

  private Nginx(ServerProcess server, String served) {
    this.server = server;
    this.served = served;
  }

  /**
   * Starts it; returns when it listens.
   *
   * @param http what stands inside of the block {@code http}
   */
  static Nginx start(NetworkNamespace namespace, Path directory, String http) {
    ServerProcess server = new ServerProcess(namespace, directory);
    configure(server, http);
    server.remove("nginx.pid");
    server.start(
        () -> Files.exists(server.file("nginx.pid")),
        "nginx",
        "-e",
        "stderr",
        "-c",
        server.file("nginx.conf").toString());
    return new Nginx(server, http);
  }

  /**
   * Gives it new configuration, after nginx itself has looked through it; returns when no worker
   * takes connections by the old one.
   *
   * @throws LabException in nginx's words when it finds a fault; it serves as before then
   */
  synchronized void serve(String http) {
    if (http.equals(served)) {
      return;
    }
    configure(server, http);
    List<ProcessHandle> before = server.workers();
    server
        .run("nginx", "-e", "stderr", "-c", server.file("nginx.conf").toString(), "-s", "reload")
        .orThrow();
    server.await(() -> before.stream().allMatch(Nginx::takesNoMore));
    served = http;
  }

  /** By the title that a worker gives itself before it closes its listening sockets. */
  private static boolean takesNoMore(ProcessHandle worker) {
    try {
      Path title = Path.of("/proc/" + worker.pid() + "/cmdline");
      return Files.readString(title, StandardCharsets.ISO_8859_1).contains("is shutting down");
    } catch (IOException ended) {
      return true;
    }
  }

  private static void configure(ServerProcess server, String http) {
    String text = whole(server, http);
    server.write("checked.conf", text);
    server
        .run("nginx", "-t", "-q", "-e", "stderr", "-c", server.file("checked.conf").toString())
        .orThrow();
    server.write("nginx.conf", text);
  }

  /** As root, for the directory is root's alone. */
  private static String whole(ServerProcess server, String http) {
    return """
    user root;
    daemon off;
    worker_processes 1;
    pid "%1$s";
    events {}
    http {
    access_log off;
    server_tokens off;
    server_names_hash_bucket_size 512;
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

  @Override
  public void close() {
    server.close();
  }
}
