package io.pointsman.lab.servers;

import io.pointsman.lab.Lab;
import io.pointsman.lab.scenario.ClusterObjects;
import java.nio.file.Files;
import java.nio.file.Path;

/** An nginx that serves the Ingresses of a cluster, on ports 80 and 443. */
public final class IngressServer {
  private final Lab lab;
  private final String place;
  private final Path directory;
  private final Nginx nginx;

  private IngressServer(Lab lab, String place, Path directory, ClusterObjects objects) {
    this.lab = lab;
    this.place = place;
    this.directory = directory;
    this.nginx = Nginx.start(lab, place, directory, configuration(objects));
  }

  /**
   * Starts it; returns when it listens.
   *
   * @param directory its own; certificates are made there, one for each host that wants TLS
   */
  public static IngressServer start(
      Lab lab, String place, Path directory, ClusterObjects objects) {
    return new IngressServer(lab, place, directory, objects);
  }

  /** Takes what changed in the objects, without closing a connection that has a request. */
  public void serve(ClusterObjects objects) {
    nginx.serve(configuration(objects));
  }

  private String configuration(ClusterObjects objects) {
    IngressRules rules = IngressRules.of(objects, directory);
    rules.secureHosts().stream()
        .filter(host -> !Files.exists(directory.resolve(host + ".crt")))
        .forEach(this::certify);
    return rules.configuration();
  }

  /** A certificate that signs itself, for thirty days, with a key of its own. */
  private void certify(String host) {
    new ServerProcess(lab, place, directory)
        .run(
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
            "-nodes", "-days", "30", "-subj", "/CN=" + host, "-addext",
            "subjectAltName=DNS:" + host, "-keyout", directory.resolve(host + ".key").toString(),
            "-out", directory.resolve(host + ".crt").toString())
        .orThrow();
  }
}
