package io.pointsman.agent;

import io.pointsman.agent.explain.Answer;
import io.pointsman.agent.explain.AnswerPrinter;
import io.pointsman.agent.explain.Explanations;
import io.pointsman.agent.explain.Question;
import io.pointsman.agent.local.AgentConnection;
import io.pointsman.dataplane.Backend;
import io.pointsman.dataplane.DataplaneException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code pointsman explain}: what becomes of a packet, and why. */
@Command(
    name = "explain",
    description =
        "Says what becomes of a packet and why: which Service, which endpoints are used or left out,"
            + " the rules it passes, and its fate. Sends nothing. Asks the running agent, or plans"
            + " from manifests with -f, or with --kernel looks at the rules in the kernel.",
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:answered",
      "1:answered, and there is something to look at",
      "2:the question cannot be read or answered"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  pointsman explain --from 10.244.1.5 --to 10.96.0.10:53/udp",
      "  pointsman explain --from 192.0.2.7 --to 198.51.100.1:443 --kernel -o json",
      "  pointsman explain -f web.yaml --mode nftables --node node-a --from 10.244.1.5 --to"
          + " 10.96.0.10:80"
    })
final class ExplainCommand implements Callable<Integer> {
  /** Where an agent listens unless it is told otherwise. */
  static final String DEFAULT_SOCKET = "/run/pointsman/agent.sock";

  @CommandLine.Spec private CommandLine.Model.@Nullable CommandSpec spec;

  @Option(
      names = "--from",
      required = true,
      paramLabel = "IP",
      description = "The client's address; one of the node's own means the node itself.")
  String from = "";

  @Option(
      names = "--to",
      required = true,
      paramLabel = "IP:PORT[/PROTOCOL]",
      description = "What the client sends to; tcp, udp or sctp (default: tcp).")
  String to = "";

  @Option(
      names = "--interface",
      paramLabel = "NAME",
      description = "The interface by which the packet comes in, where the node tells pods by it.")
  String interfaceName = "";

  @Option(names = "--kernel", description = "Look at the rules that the kernel holds now.")
  boolean kernel;

  @Option(
      names = {"-f", "--filename"},
      paramLabel = "PATH",
      description = "Plan from this file or folder of manifests; needs --mode and --node.")
  @Nullable Path path;

  @Option(
      names = {"--mode", "--proxy-mode"},
      paramLabel = "MODE",
      description = "nftables or iptables: with -f, or with --kernel where no agent runs.")
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
      names = "--agent-socket",
      paramLabel = "PATH",
      defaultValue = DEFAULT_SOCKET,
      description = "Where the agent listens (default: ${DEFAULT-VALUE}).")
  Path socket = Path.of(DEFAULT_SOCKET);

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      defaultValue = "text",
      description = "text or json (default: ${DEFAULT-VALUE}).")
  String output = "text";

  @Override
  public Integer call() throws DataplaneException, IOException {
    if (!output.equals("text") && !output.equals("json")) {
      throw new UsageException("--output '" + output + "' is not text or json");
    }
    Answer answer = answer(new Question(from, to, interfaceName, kernel));
    CommandLine commandLine = java.util.Objects.requireNonNull(spec).commandLine();
    commandLine
        .getOut()
        .print(
            output.equals("json")
                ? AgentConnection.json(answer) + System.lineSeparator()
                : AnswerPrinter.print(answer));
    commandLine.getOut().flush();
    return answer.warnings().isEmpty() ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
  }

  private Answer answer(Question question) throws DataplaneException {
    try {
      if (path != null) {
        return fromFiles(path).answer(question);
      }
      if (Files.exists(socket)) {
        return AgentConnection.ask(socket, Explanations.QUESTION, question, Answer.class);
      }
      if (kernel) {
        return fromKernel().answer(question);
      }
    } catch (IllegalArgumentException | AgentConnection.Refused e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    } catch (IOException e) {
      throw new UsageException(
          "no agent answers on "
              + socket
              + " ("
              + e.getMessage()
              + "); is it running, are you root?");
    }
    throw new UsageException(
        "no agent listens on "
            + socket
            + "; start one, name its socket with --agent-socket, plan from files with -f, or look at"
            + " the kernel with --kernel --mode MODE");
  }

  private Explanations fromFiles(Path files) {
    if (node == null) {
      throw new UsageException("-f needs --node NAME: the node to plan for");
    }
    Backend backend = backend();
    PlannedFiles planned = PlannedFiles.read(files, backend.mode(), node, clusterCidr);
    return new Explanations(backend, family -> Optional.of(planned.plan(family)), planned::host);
  }

  private Explanations fromKernel() {
    return new Explanations(backend(), family -> Optional.empty(), HostAddresses::host);
  }

  private Backend backend() {
    if (mode == null) {
      throw new UsageException("say --mode nftables or --mode iptables");
    }
    return Backends.required(mode);
  }
}
