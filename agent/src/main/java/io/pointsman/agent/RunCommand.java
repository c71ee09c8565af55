package io.pointsman.agent;

import io.pointsman.agent.explain.Explanations;
import io.pointsman.agent.explain.Question;
import io.pointsman.agent.local.AgentConnection;
import io.pointsman.agent.local.AgentSocket;
import io.pointsman.agent.log.Log;
import io.pointsman.agent.system.Conntrack;
import io.pointsman.agent.system.ConntrackSettings;
import io.pointsman.agent.system.OomScore;
import io.pointsman.dataplane.DataplaneException;
import io.pointsman.kubernetes.ApiClient;
import io.pointsman.kubernetes.ApiServerSource;
import io.pointsman.kubernetes.ClusterSource;
import io.pointsman.kubernetes.ManifestSource;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Spec;

/** {@code pointsman run}: serves until it is told to stop. */
@Command(
    name = "run",
    description = "Serves this node until it is told to stop; the rules then stay in the kernel.",
    mixinStandardHelpOptions = true)
final class RunCommand implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(RunCommand.class);

  @Spec private @Nullable CommandSpec spec;

  @Mixin private final RunOptions options = new RunOptions();

  @Override
  public Integer call() throws DataplaneException, IOException {
    if (options.cleanup) {
      return new CommandLine(new CleanupCommand()).execute();
    }
    ProxyConfiguration file = options.configuration();
    Log.toStandardError(options.verbosity(file));
    file.string("logging.format")
        .filter(format -> !format.equals("text"))
        .ifPresent(format ->
            LOG.warn("{}: logging.format {} is not known; the log is text", file.file(), format));
    file.unusedFields()
        .forEach(field -> LOG.warn("{}: field {} has no effect here", file.file(), field));
    AgentOptions agentOptions =
        options.agentOptions(file, InetAddress.getLocalHost().getHostName());
    if (options.initOnly) {
      return initOnly(agentOptions);
    }
    OomScore.set(OomScore.DEFAULT);
    for (String problem : Conntrack.apply(ConntrackSettings.DEFAULT)) {
      LOG.warn(problem);
    }
    ClusterSource source = source(file, agentOptions.nodeName());
    try (Agent agent = Agent.open(agentOptions, flags(), source, report -> {}, report -> {})) {
      Thread serving = Thread.currentThread();
      Runtime.getRuntime()
          .addShutdownHook(Thread.ofPlatform().unstarted(() -> stop(agent, serving)));
      LOG.info(
          "Serving node {} in mode {}; health on {}, metrics on {}",
          agentOptions.nodeName(),
          agentOptions.mode(),
          agentOptions.servers().health(),
          agentOptions.servers().metrics());
      serve(agent);
    }
    return CommandLine.ExitCode.OK;
  }

  /** For a start without the rights: what cannot be done now must not pass for done. */
  private static int initOnly(AgentOptions agentOptions) {
    List<String> problems = NodePreparation.all(agentOptions, ConntrackSettings.DEFAULT);
    for (String problem : problems) {
      LOG.error(problem);
    }
    return problems.isEmpty() ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
  }

  /** As {@code /flagz} tells them. */
  private Map<String, String> flags() {
    Map<String, String> flags = new TreeMap<>();
    for (OptionSpec flag : Objects.requireNonNull(spec).options()) {
      Object value = flag.getValue();
      flags.put(flag.longestName().replaceFirst("^-+", ""), value == null ? "" : value.toString());
    }
    return flags;
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
            Map.of(
                Explanations.QUESTION,
                AgentConnection.answerer(Question.class, agent.explanations()::answer)))) {
      agent.run();
    } catch (IOException e) {
      LOG.warn(
          "'pointsman explain' cannot ask this agent: {} cannot be bound ({}); choose another path"
              + " with --agent-socket",
          path,
          e.getMessage());
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

  private ClusterSource source(ProxyConfiguration file, String nodeName) {
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
      Optional<Path> kubeconfig = options.kubeconfig(file);
      ApiClient api;
      if (kubeconfig.isPresent()) {
        api = ApiClient.fromKubeconfig(kubeconfig.get(), master);
      } else if (master.isPresent()) {
        api = ApiClient.ofUrl(master.get());
      } else {
        api = ApiClient.inCluster(Path.of("/"), System.getenv(), master);
      }
      return new ApiServerSource(api, nodeName, new SplittableRandom());
    } catch (IllegalArgumentException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
  }
}
