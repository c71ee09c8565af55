package io.pointsman.lab.cluster;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Ends a lab; removes what one that was killed has left. */
@Command(
    name = "down",
    description = "Ends the lab, or removes what a killed one has left.",
    mixinStandardHelpOptions = true)
public final class DownCommand implements Callable<Integer> {
  @Mixin private final LabOption lab = new LabOption();

  @Override
  public Integer call() {
    System.out.println(lab.client().down());
    return CommandLine.ExitCode.OK;
  }
}
