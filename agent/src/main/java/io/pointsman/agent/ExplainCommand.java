package io.pointsman.agent;

import io.pointsman.agent.explain.Answer;
import io.pointsman.agent.explain.AnswerPrinter;
import io.pointsman.agent.explain.Explanations;
import io.pointsman.agent.explain.Question;
import io.pointsman.agent.local.AgentConnection;
import io.pointsman.dataplane.DataplaneException;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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

  @Mixin AgentAccess agent = new AgentAccess();

  @Mixin PlannedInput files = new PlannedInput();

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
      if (files.isGiven()) {
        return fromFiles(files.read()).answer(question);
      }
      if (agent.isThere()) {
        return agent.ask(Questions.EXPLAIN, question, Answer.class);
      }
      if (kernel) {
        return fromKernel().answer(question);
      }
    } catch (IllegalArgumentException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
    throw new UsageException(
        "no agent listens on "
            + agent.socket
            + "; start one, name its socket with --agent-socket, plan from files with -f, or look at"
            + " the kernel with --kernel --mode MODE");
  }

  private Explanations fromFiles(PlannedFiles planned) {
    return new Explanations(
        Backends.required(planned.options().mode()),
        family -> Optional.of(planned.plan(family)),
        planned::host);
  }

  private Explanations fromKernel() {
    return new Explanations(files.backend(), family -> Optional.empty(), HostAddresses::host);
  }
}
