package io.pointsman.lab.servers;

import io.pointsman.netlink.netns.NetworkNamespace;
import java.nio.file.Path;

/** An nginx that answers each request with its name and what it was asked for. */
public final class WebServer implements AutoCloseable {
  /** Where it listens. */
  public static final int PORT = 8000;

  private final Nginx nginx;

  private WebServer(Nginx nginx) {
    this.nginx = nginx;
  }

  /**
   * Starts it on all addresses; returns when it listens.
   *
   * @param name letters and digits
   * @param directory its own
   */
  public static WebServer start(NetworkNamespace namespace, String name, Path directory) {
    return new WebServer(
        Nginx.start(
            namespace,
            directory,
            """
            server {
              listen %1$d;
              listen [::]:%1$d;
              location / { return 200 "%2$s got $request_uri for $http_host\\n"; }
            }
            """
                .formatted(PORT, name)));
  }

  @Override
  public void close() {
    nginx.close();
  }
}
