package io.pointsman.agent;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The flags of {@code run} that set no field of the configuration; the others: KubeProxyFlags. */
final class RunOptions {
  @Option(
      names = "--config",
      paramLabel = "FILE",
      description =
          "KubeProxyConfiguration file. Other flags are then ignored, but for --hostname-override"
              + " and those about logging. A change of the file is noticed.")
  @Nullable Path config;

  @Option(
      names = "--write-config-to",
      paramLabel = "FILE",
      description = "Write the configuration that the flags make, with all defaults, and exit.")
  @Nullable Path writeConfigTo;

  @Option(
      names = "--source",
      paramLabel = "dir:PATH",
      description =
          "Read Services and EndpointSlices from a file or folder of manifests, watched for changes, instead of an API server.")
  @Nullable String source;

  @Option(
      names = "--master",
      paramLabel = "URL",
      description = "Address of the API server, instead of the one in the kubeconfig.")
  @Nullable String master;

  @Option(
      names = "--clean-sctp-flows",
      description =
          "Let SCTP associations begin anew when their endpoint is gone, as UDP flows do.")
  boolean cleanSctpFlows;

  @Option(
      names = "--cleanup",
      description = "Remove all rules of Pointsman and kube-proxy, and exit.")
  boolean cleanup;

  @Option(
      names = "--init-only",
      description =
          "Do what needs more rights than serving, settings of the kernel, try the mode, and exit.")
  boolean initOnly;

  @Option(
      names = "--agent-socket",
      paramLabel = "PATH",
      defaultValue = AgentAccess.DEFAULT_SOCKET,
      description = "Where 'pointsman explain' asks this agent; empty for nowhere.")
  String agentSocket = AgentAccess.DEFAULT_SOCKET;
}
