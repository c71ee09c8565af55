package io.pointsman.agent;

import io.pointsman.agent.config.InvalidConfigurationException;
import io.pointsman.agent.log.Log;
import io.pointsman.agent.log.LogSettings;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line. Exit codes: 0 done, 1 something was found or failed, 2 wrong usage. */
@Command(
    name = "pointsman",
    description = "A Kubernetes service proxy for Linux nodes.",
    mixinStandardHelpOptions = true,
    versionProvider = VersionCommand.Provider.class,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      RunCommand.class,
      RenderCommand.class,
      ExplainCommand.class,
      ServicesCommand.class,
      DiffCommand.class,
      DumpCommand.class,
      CheckCommand.class,
      CleanupCommand.class,
      VersionCommand.class,
      AutoComplete.GenerateCompletion.class,
      CommandLine.HelpCommand.class
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:it ran, and found or met a problem that it names",
      "2:wrong usage, unreadable input, or something that is missing here"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  pointsman render -f web.yaml --mode nftables --node node-a",
      "  pointsman run --source dir:/etc/pointsman/manifests --proxy-mode nftables",
      "  pointsman run --config /var/lib/kube-proxy/config.conf",
      "  pointsman explain --from 10.244.1.5 --to 10.96.0.10:53/udp",
      "  pointsman services -o wide",
      "  pointsman diff",
      "  pointsman dump",
      "  pointsman check --config /var/lib/kube-proxy/config.conf",
      "  pointsman cleanup"
    })
public final class Main implements Runnable {
  @CommandLine.Spec private CommandLine.Model.@org.jspecify.annotations.Nullable CommandSpec spec;

  private Main() {}

  @Override
  public void run() {
    throw new CommandLine.ParameterException(
        java.util.Objects.requireNonNull(spec).commandLine(),
        "Say what to do: run, render, explain, services, diff, dump, check, cleanup or version");
  }

  /** Runs one command and exits. */
  public static void main(String[] arguments) {
    Log.toStandardError(LogSettings.DEFAULT);
    String[] dashed = Arrays.stream(arguments).map(KubeProxyFlags::dashed).toArray(String[]::new);
    System.exit(execute(dashed));
  }

  private static int execute(String[] arguments) {
    try {
      if (arguments.length > 0 && arguments[0].equals("run")) {
        prepareTls();
        return serving().execute(Arrays.copyOfRange(arguments, 1, arguments.length));
      }
      return commandLine().execute(arguments);
    } catch (UnsatisfiedLinkError doesNotFit) {
      System.err.println(
          "pointsman: a native library is not for this machine, which is "
              + System.getProperty("os.arch")
              + " ("
              + String.valueOf(doesNotFit.getMessage()).lines().findFirst().orElse("")
              + "): use the image, or the JDK and jars, of this architecture");
      return CommandLine.ExitCode.USAGE;
    }
  }

  /**
   * The arguments of {@code run} for those of kube-proxy, which has no commands: the program runs
   * under that name where a DaemonSet starts it so.
   */
  public static String[] asKubeProxy(List<String> arguments) {
    return Stream.concat(Stream.of("run"), arguments.stream()).toArray(String[]::new);
  }

  /** The command line, for tests too. */
  public static CommandLine commandLine() {
    CommandLine commandLine = new CommandLine(new Main());
    KubeProxyFlags.addTo(
        java.util.Objects.requireNonNull(commandLine.getSubcommands().get("run")).getCommandSpec());
    return tellingErrors(commandLine);
  }

  /**
   * Making TLS ready takes a sixth of a start, and another processor has nothing to do while this
   * one reads flags and configuration.
   */
  private static void prepareTls() {
    Thread.ofPlatform()
        .daemon()
        .name("prepare TLS")
        .start(() -> {
          try {
            SSLContext.getInstance("TLS");
          } catch (NoSuchAlgorithmException none) {
            // Told by what needs it.
          }
        });
  }

  /**
   * {@code run} by itself: finding out by reflection what the others look like would take a tenth
   * of each start.
   */
  private static CommandLine serving() {
    CommandLine run = new CommandLine(new RunCommand()).setCommandName("pointsman run");
    KubeProxyFlags.addTo(run.getCommandSpec());
    return tellingErrors(run);
  }

  private static CommandLine tellingErrors(CommandLine commandLine) {
    return commandLine.setExecutionExceptionHandler((exception, command, parsed) -> {
      String.valueOf(exception.getMessage())
          .lines()
          .forEach(line -> command.getErr().println("pointsman: " + line));
      return exception instanceof UsageException
              || exception instanceof InvalidConfigurationException
              || exception instanceof io.pointsman.dataplane.DataplaneException
              || exception instanceof io.pointsman.kubernetes.ManifestException
          ? CommandLine.ExitCode.USAGE
          : CommandLine.ExitCode.SOFTWARE;
    });
  }
}
