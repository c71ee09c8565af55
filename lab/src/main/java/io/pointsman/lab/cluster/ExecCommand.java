package io.pointsman.lab.cluster;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Runs a command in a place of a lab; exits as it does. */
@Command(
    name = "exec",
    description = "Runs a command in the network of a node or pod.",
    mixinStandardHelpOptions = true)
public final class ExecCommand implements Callable<Integer> {
  private static final String WITH_RESOLVER = "mount --bind \"$0\" /etc/resolv.conf && exec \"$@\"";

  @Mixin private final LabOption lab = new LabOption();

  @Parameters(
      index = "0",
      paramLabel = "NODE|POD",
      description = "A node, a pod (NAMESPACE/NAME unless in default), cp or ext.")
  private String place = "";

  @Parameters(index = "1..*", arity = "1..*", paramLabel = "COMMAND", description = "After '--'.")
  private List<String> command = List.of();

  @Override
  public Integer call() throws IOException, InterruptedException {
    Supervisor.Place found =
        lab.client().ask("place", new Supervisor.Named(place), Supervisor.Place.class);
    Process process = new ProcessBuilder(inside(found, command)).inheritIO().start();
    // A Ctrl-C is for the command, which has the terminal: it decides when this ends.
    Thread wait = Thread.ofPlatform().unstarted(() -> process.onExit().join());
    Runtime.getRuntime().addShutdownHook(wait);
    int code = process.waitFor();
    Runtime.getRuntime().removeShutdownHook(wait);
    return code;
  }

  /** The command with what enters the place; a pod also gets a resolv.conf of its own. */
  static List<String> inside(Supervisor.Place place, List<String> command) {
    List<String> all = new ArrayList<>(List.of("nsenter", "--net=" + place.namespace(), "--"));
    if (!place.resolver().isEmpty()) {
      all.addAll(List.of("unshare", "--mount", "--", "sh", "-c", WITH_RESOLVER, place.resolver()));
    }
    all.addAll(command);
    return all;
  }
}
