package io.pointsman.lab.cluster;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Which lab is meant. */
final class LabOption {
  @Option(
      names = "--lab",
      paramLabel = "NAME",
      description = "Which lab, by the name in its file; 'lab' if nothing is said.")
  String name = "lab";

  @Option(names = "--state", hidden = true, paramLabel = "DIRECTORY")
  Path root = StateDirectory.ROOT;

  LabClient client() {
    return new LabClient(state(), name);
  }

  StateDirectory state() {
    return StateDirectory.of(root, name);
  }
}
