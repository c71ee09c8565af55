package io.pointsman.lab.cluster;

import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** The process that owns a lab; {@code up} starts it. */
@Command(name = "supervise", hidden = true)
public final class SuperviseCommand implements Runnable {
  @Parameters(index = "0")
  private Path state = Path.of("");

  @Parameters(index = "1")
  private String label = "";

  @Override
  public void run() {
    Supervisor.run(StateDirectory.at(state), label);
  }
}
