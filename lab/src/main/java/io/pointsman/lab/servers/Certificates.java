package io.pointsman.lab.servers;

import io.pointsman.lab.LabException;
import io.pointsman.netlink.netns.NetworkNamespace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/**
 * Certificates that sign themselves, for thirty days, each with a key of its own.
 *
 * @param namespace where openssl runs, which makes them
 * @param directory where they are kept, {@code HOST.crt} and {@code HOST.key}
 */
record Certificates(NetworkNamespace namespace, Path directory) {
  /** Makes those that are not there. */
  void make(Set<String> hosts) {
    try {
      Files.createDirectories(directory);
    } catch (IOException failed) {
      throw new LabException("cannot make the directory of certificates: " + failed, failed);
    }
    hosts.stream()
        .filter(host -> !Files.exists(directory.resolve(host + ".crt")))
        .forEach(this::make);
  }

  /** The name stands in the extension alone: a common name has 64 characters at most. */
  private void make(String host) {
    namespace
        .exec(
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:prime256v1",
            "-nodes",
            "-days",
            "30",
            "-subj",
            "/O=Pointsman lab",
            "-addext",
            "subjectAltName=DNS:" + host,
            "-keyout",
            directory.resolve(host + ".key").toString(),
            "-out",
            directory.resolve(host + ".crt").toString())
        .orThrow();
  }
}
