package io.pointsman.lab;

import io.pointsman.lab.cluster.ApplyCommand;
import io.pointsman.lab.cluster.DownCommand;
import io.pointsman.lab.cluster.ExecCommand;
import io.pointsman.lab.cluster.StatusCommand;
import io.pointsman.lab.cluster.SuperviseCommand;
import io.pointsman.lab.cluster.UpCommand;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/**
 * The lab's command line. Exit codes: 0 done, 1 packets fared otherwise than told, 2 cannot run.
 */
@Command(
    name = "pointsman-lab",
    description = "A small network of nodes and pods in network namespaces, with Pointsman in it.",
    subcommands = {
      LearnCommand.class,
      UpCommand.class,
      StatusCommand.class,
      ExecCommand.class,
      ApplyCommand.class,
      DownCommand.class,
      SuperviseCommand.class
    },
    mixinStandardHelpOptions = true)
public final class LabMain implements Callable<Integer> {
  @CommandLine.Spec private CommandLine.Model.@org.jspecify.annotations.Nullable CommandSpec spec;

  private LabMain() {}

  @Override
  public Integer call() {
    throw new CommandLine.ParameterException(
        java.util.Objects.requireNonNull(spec).commandLine(),
        "Say what to do: demo, learn, up, status, exec, apply or down");
  }

  @Command(name = "demo", description = "Shows Services at work in both modes, in half a minute.")
  int demo() {
    List<String> missing = LabNeeds.missing();
    if (!missing.isEmpty()) {
      System.err.println("pointsman-lab: this cannot run here:");
      missing.forEach(need -> System.err.println("  - " + need));
      return CommandLine.ExitCode.USAGE;
    }
    Logger agent = Logger.getLogger("io.pointsman.agent");
    agent.setLevel(Level.WARNING);
    return new Demo(System.out).show() ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
  }

  /** Runs one command and exits; what a command builds goes with its process. */
  public static void main(String[] arguments) {
    System.exit(run(arguments));
  }

  /** Runs one command and returns its exit code. */
  static int run(String... arguments) {
    CommandLine commandLine = new CommandLine(new LabMain());
    commandLine.setExecutionExceptionHandler((exception, command, parsed) -> {
      command.getErr().println("pointsman-lab: " + exception.getMessage());
      return CommandLine.ExitCode.USAGE;
    });
    return commandLine.execute(arguments);
  }
}
