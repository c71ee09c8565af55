package io.pointsman.agent;

import io.pointsman.agent.config.ConfigurationSource;
import io.pointsman.agent.config.GivenFlags;
import io.pointsman.dataplane.Backend;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of commands that can plan from manifests instead of asking the agent. */
final class PlannedInput {
  @Option(
      names = {"-f", "--filename"},
      paramLabel = "PATH",
      description =
          "Plan from this file or folder of manifests; needs --mode and --node, or --config.")
  @Nullable Path path;

  @Option(
      names = {"--mode", "--proxy-mode"},
      paramLabel = "MODE",
      description = "nftables or iptables, where no agent is asked.")
  @Nullable String mode;

  @Option(names = "--node", paramLabel = "NAME", description = "With -f: the node to plan for.")
  @Nullable String node;

  @Option(
      names = "--cluster-cidr",
      paramLabel = "CIDR[,CIDR]",
      split = ",",
      description = "With -f: ranges of pod addresses.")
  List<String> clusterCidr = List.of();

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description =
          "With -f: the KubeProxyConfiguration of the agent, for its mode and all its settings.")
  @Nullable Path config;

  boolean isGiven() {
    return path != null;
  }

  /**
   * What the manifests hold.
   *
   * @throws UsageException when an option is missing or wrong
   */
  PlannedFiles read() {
    if (path == null) {
      throw new UsageException("say -f PATH: the manifests to plan from");
    }
    return PlannedFiles.read(path, config == null ? plain() : configured(config));
  }

  private AgentOptions plain() {
    return PlannedFiles.options(backend().mode(), node(Optional.ofNullable(node)), clusterCidr);
  }

  /** As {@code run} with {@code --config} and {@code --hostname-override} reads it. */
  private AgentOptions configured(Path file) {
    if (mode != null || !clusterCidr.isEmpty()) {
      throw new UsageException(
          "--config is given, so "
              + file
              + " says what --mode and --cluster-cidr say; leave them out");
    }
    Map<String, List<String>> flags =
        node == null ? Map.of() : Map.of("--hostname-override", List.of(node));
    AgentOptions options =
        AgentOptions.of(
            new ConfigurationSource(new GivenFlags(flags), Optional.of(file), true)
                .load()
                .configuration(),
            "",
            false,
            true);
    node(Optional.of(options.nodeName()).filter(name -> !name.isEmpty()));
    return options;
  }

  private static String node(Optional<String> name) {
    return name.orElseThrow(() -> new UsageException("-f needs --node NAME: the node to plan for"));
  }

  Backend backend() {
    if (mode == null) {
      throw new UsageException("say --mode nftables or --mode iptables");
    }
    return Backends.required(mode);
  }
}
