package io.pointsman.agent;

import io.pointsman.agent.config.Configuration;
import io.pointsman.agent.config.ConfigurationSource;
import io.pointsman.agent.config.ConfigurationText;
import io.pointsman.agent.config.ConfigurationWatch;
import io.pointsman.agent.config.Field;
import io.pointsman.agent.config.Fields;
import io.pointsman.agent.config.Flagz;
import io.pointsman.agent.config.GivenFlags;
import io.pointsman.agent.local.AgentSocket;
import io.pointsman.agent.log.Log;
import io.pointsman.agent.log.LogSettings;
import io.pointsman.agent.log.LogTail;
import io.pointsman.agent.preflight.LockFindings;
import io.pointsman.agent.system.Conntrack;
import io.pointsman.agent.system.HeapUpkeep;
import io.pointsman.agent.system.OomScore;
import io.pointsman.dataplane.DataplaneException;
import io.pointsman.file.FileProblem;
import io.pointsman.kubernetes.ApiClient;
import io.pointsman.kubernetes.ApiServerSource;
import io.pointsman.kubernetes.ClusterSource;
import io.pointsman.kubernetes.ManifestSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code pointsman run}: serves until it is told to stop. */
@Command(
    name = "run",
    description = "Serves this node until it is told to stop; the rules then stay in the kernel.",
    mixinStandardHelpOptions = true)
final class RunCommand implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(RunCommand.class);

  /** Characters, for a dump. */
  private static final int LOG_REMEMBERED = 512 * 1024;

  @Spec private @Nullable CommandSpec spec;

  @Mixin private final RunOptions options = new RunOptions();

  private final LogTail tail = new LogTail(LOG_REMEMBERED);

  /** Set when the configuration has changed in a way that needs a new start. */
  private volatile boolean outdated;

  @Override
  public Integer call() throws DataplaneException, IOException {
    if (options.cleanup) {
      return new CommandLine(new CleanupCommand()).execute();
    }
    GivenFlags given =
        KubeProxyFlags.given(Objects.requireNonNull(spec).commandLine().getParseResult());
    ConfigurationSource source =
        new ConfigurationSource(
            given, Optional.ofNullable(options.config), options.writeConfigTo == null);
    ConfigurationSource.Loaded loaded = source.load();
    Configuration configuration = loaded.configuration();
    if (options.writeConfigTo != null) {
      return write(configuration, options.writeConfigTo);
    }
    Log.toStandardError(logSettings(configuration), tail);
    for (String notice : loaded.notices()) {
      LOG.warn(notice);
    }
    AgentOptions agentOptions =
        AgentOptions.of(configuration, hostName(), options.cleanSctpFlows, options.source == null);
    if (options.initOnly) {
      return initOnly(agentOptions);
    }
    // Refuses what is wrong about it before anything of the machine is touched.
    ClusterSource cluster = source(configuration, agentOptions.nodeName());
    OomScore.set(configuration.get(Fields.OOM_SCORE_ADJ));
    for (String problem : Conntrack.apply(NodePreparation.conntrack(configuration))) {
      LOG.warn(problem);
    }
    if (agentOptions.mode().equals("iptables")) {
      LockFindings.atStart().ifPresent(LOG::warn);
    }
    try (Agent agent =
        Agent.open(agentOptions, Flagz.of(given), cluster, report -> {}, report -> {})) {
      Thread serving = Thread.currentThread();
      Runtime.getRuntime()
          .addShutdownHook(Thread.ofPlatform().unstarted(() -> stop(agent, serving)));
      LOG.info(
          "Serving node {} in mode {}; health on {}, metrics on {}",
          agentOptions.nodeName(),
          agentOptions.mode(),
          configuration.get(Fields.HEALTHZ_BIND_ADDRESS),
          configuration.get(Fields.METRICS_BIND_ADDRESS));
      agent.onceProgrammed(HeapUpkeep.ofThisJvm()::consider);
      watchAndServe(agent, source, configuration);
    }
    return outdated ? CommandLine.ExitCode.SOFTWARE : CommandLine.ExitCode.OK;
  }

  private static int write(Configuration configuration, Path file) throws IOException {
    try {
      Files.writeString(file, ConfigurationText.yaml(configuration));
    } catch (IOException e) {
      throw new IOException(
          "--write-config-to " + file + " cannot be written: " + FileProblem.of(e), e);
    }
    LOG.info("The configuration has been written to {}", file);
    return CommandLine.ExitCode.OK;
  }

  private static LogSettings logSettings(Configuration configuration) {
    return new LogSettings(
        LogSettings.Form.of(configuration.get(Fields.LOG_FORMAT)),
        configuration.get(Fields.LOG_VERBOSITY),
        configuration.get(Fields.LOG_MODULES).stream()
            .map(module -> LogSettings.Module.of(module.filePattern(), module.verbosity()))
            .toList());
  }

  /** As the kernel has it: whether anything resolves the name is of no matter. */
  private static String hostName() throws IOException {
    return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
  }

  /** For a start without the rights: what cannot be done now must not pass for done. */
  private static int initOnly(AgentOptions agentOptions) {
    List<String> problems = NodePreparation.all(agentOptions);
    for (String problem : problems) {
      LOG.error(problem);
    }
    return problems.isEmpty() ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
  }

  private void watchAndServe(Agent agent, ConfigurationSource source, Configuration configuration)
      throws IOException {
    if (options.config == null) {
      serve(agent);
      return;
    }
    try (ConfigurationWatch _ =
        ConfigurationWatch.start(
            options.config,
            source,
            configuration,
            (before, after) -> follow(agent, before, after.configuration()))) {
      serve(agent);
    }
  }

  /** Follows what it can; for the rest it ends, so that it is started anew. The rules stay. */
  private void follow(Agent agent, Configuration before, Configuration after) {
    Set<Field<?>> changed = after.differences(before);
    changed.removeIf(field -> field.effect() instanceof Field.Effect.None);
    if (Fields.OF_LOG.containsAll(changed)) {
      Log.toStandardError(logSettings(after), tail);
      LOG.info("{} has changed: the log follows", options.config);
      return;
    }
    LOG.error(
        "{} has changed: ending, to be started anew with other values of {}; the rules stay",
        options.config,
        changed.stream().map(Field::path).sorted().collect(Collectors.joining(", ")));
    outdated = true;
    agent.close();
  }

  /** The socket is a convenience: without it the agent serves all the same. */
  private void serve(Agent agent) {
    if (options.agentSocket.isEmpty()) {
      agent.run();
      return;
    }
    Path path = Path.of(options.agentSocket);
    try (AgentSocket _ =
        AgentSocket.open(
            path,
            agent.questions().answerers(),
            Map.of(Questions.DUMP, agent.dump(tail)::writeTo))) {
      agent.run();
    } catch (IOException e) {
      LOG.warn(
          "explain, services, diff and dump cannot ask this agent: {} cannot be bound ({}); choose another path"
              + " with --agent-socket",
          path,
          FileProblem.of(e).reason());
      agent.run();
    }
  }

  private static void stop(Agent agent, Thread serving) {
    agent.close();
    try {
      serving.join(2000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private ClusterSource source(Configuration configuration, String nodeName) {
    if (options.source != null) {
      if (!options.source.startsWith("dir:")) {
        throw new UsageException(
            "--source '" + options.source + "' is not dir:PATH, such as dir:/etc/manifests");
      }
      Path path = Path.of(options.source.substring("dir:".length()));
      if (!Files.exists(path)) {
        throw new UsageException("--source: " + path + " does not exist; create it first");
      }
      return new ManifestSource(path, nodeName);
    }
    try {
      Optional<String> master = Optional.ofNullable(options.master);
      Optional<Path> kubeconfig =
          Optional.of(configuration.get(Fields.KUBECONFIG))
              .filter(text -> !text.isEmpty())
              .map(Path::of);
      ApiClient api;
      if (kubeconfig.isPresent()) {
        api = ApiClient.fromKubeconfig(kubeconfig.get(), master, System.getenv());
      } else if (master.isPresent()) {
        api = ApiClient.ofUrl(master.get(), System.getenv());
      } else {
        api = ApiClient.inCluster(Path.of("/"), System.getenv(), master);
      }
      return new ApiServerSource(api, nodeName, new SplittableRandom());
    } catch (IllegalArgumentException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
  }
}
