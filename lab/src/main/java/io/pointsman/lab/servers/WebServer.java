package io.pointsman.lab.servers;

import io.pointsman.lab.Lab;
import java.nio.file.Path;

/** An nginx that answers each request with its place's name and what it was asked for. */
public final class WebServer {
  /** Where it listens. */
  public static final int PORT = 8000;

  private WebServer() {}

  /** Starts it on all addresses of the place; returns when it listens. */
  public static void start(Lab lab, String place, Path directory) {
    Nginx.start(
        lab,
        place,
        directory,
        """
        server {
          listen %1$d;
          listen [::]:%1$d;
          location / { return 200 "%2$s got $request_uri for $http_host\\n"; }
        }
        """
            .formatted(PORT, place));
  }
}
