package io.pointsman.agent.preflight;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What this process has of the host's files.
 *
 * @param image it runs in a container of Pointsman's image, which says so by its environment; not
 *     on a host, and not on a node that is a container itself
 * @param points where something is mounted in its mount namespace (proc_pid_mountinfo(5)); spaces
 *     in them are written as there
 */
public record Mounts(boolean image, Set<Path> points) {
  private static final String IN_IMAGE = "POINTSMAN_CONTAINER";
  private static final int POINT = 4;

  public Mounts {
    points = Set.copyOf(points);
  }

  /**
   * Of this process.
   *
   * @throws IOException when they cannot be read
   */
  static Mounts read() throws IOException {
    List<String> lines =
        Files.readAllLines(Path.of("/proc/self/mountinfo"), StandardCharsets.ISO_8859_1);
    return new Mounts(System.getenv(IN_IMAGE) != null, points(lines));
  }

  static Set<Path> points(List<String> mountinfo) {
    return mountinfo.stream()
        .map(line -> Path.of(line.split(" ", -1)[POINT]))
        .collect(Collectors.toSet());
  }

  /** Whether this file is the image's own: neither it nor a folder above it is mounted. */
  boolean isOfImage(Path file) {
    return image
        && points.stream().filter(point -> point.getNameCount() > 0).noneMatch(file::startsWith);
  }
}
