package io.pointsman.agent;

import io.pointsman.dataplane.Backend;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of commands that can plan from manifests instead of asking the agent. */
final class PlannedInput {
  @Option(
      names = {"-f", "--filename"},
      paramLabel = "PATH",
      description = "Plan from this file or folder of manifests; needs --mode and --node.")
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

  boolean isGiven() {
    return path != null;
  }

  /**
   * What the manifests hold.
   *
   * @throws UsageException when an option is missing or wrong
   */
  PlannedFiles read() {
    if (path == null || node == null) {
      throw new UsageException("-f needs --node NAME: the node to plan for");
    }
    return PlannedFiles.read(path, backend().mode(), node, clusterCidr);
  }

  Backend backend() {
    if (mode == null) {
      throw new UsageException("say --mode nftables or --mode iptables");
    }
    return Backends.required(mode);
  }
}
