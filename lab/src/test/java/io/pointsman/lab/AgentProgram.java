package io.pointsman.lab;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The command line program, for tests that need a process of its own. */
public final class AgentProgram {
  private AgentProgram() {}

  /** A command that runs it, with the settings of the JVM that {@code bin/pointsman} gives. */
  public static List<String> command(String... arguments) {
    return Stream.concat(
            Stream.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xms24m",
                "-Xmn8m",
                "-XX:MinHeapFreeRatio=5",
                "-XX:MaxHeapFreeRatio=10",
                "-XX:-ShrinkHeapInSteps",
                "-XX:+UseCompactObjectHeaders",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                "io.pointsman.agent.Main"),
            Stream.of(arguments))
        .toList();
  }

  /**
   * A command that runs it as root with no right but these, and sees {@code /proc/sys} read-only,
   * as an unprivileged container does.
   *
   * @param capabilities as setpriv names them
   */
  static List<String> restricted(String capabilities, String... arguments) {
    List<String> full =
        new ArrayList<>(
            List.of(
                "unshare",
                "--mount",
                "sh",
                "-c",
                "mount --bind /proc/sys /proc/sys && mount -o remount,ro,bind /proc/sys"
                    + " && exec setpriv --bounding-set -all,"
                    + capabilities
                    + " \"$@\"",
                "sh"));
    full.addAll(command(arguments));
    return full;
  }
}
