package io.pointsman.agent;

import io.pointsman.agent.listing.ServiceList;
import io.pointsman.agent.listing.ServiceListPrinter;
import io.pointsman.agent.listing.ServiceLister;
import io.pointsman.agent.listing.ServicesQuestion;
import io.pointsman.agent.local.AgentConnection;
import io.pointsman.net.IpFamily;
import java.io.IOException;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code pointsman services}: what is programmed for which Service. */
@Command(
    name = "services",
    description =
        "Lists each Service port with its ways in, policies, and endpoints used of all; -o wide says"
            + " why the others are left out. Asks the running agent, or plans from manifests with"
            + " -f.",
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:listed",
      "1:listed, and there is something to look at, or the Service that was named is not there",
      "2:the question cannot be read or answered"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  pointsman services",
      "  pointsman services shop/web -o wide",
      "  pointsman services -n shop -o json",
      "  pointsman services --address 10.96.0.10",
      "  pointsman services -f web.yaml --mode nftables --node node-a"
    })
final class ServicesCommand implements Callable<Integer> {
  @CommandLine.Spec private CommandLine.Model.@Nullable CommandSpec spec;

  @Parameters(
      arity = "0..1",
      paramLabel = "NAMESPACE/NAME",
      description = "This Service alone; of namespace default, or of -n, when it has no '/'.")
  String name = "";

  @Option(
      names = {"-n", "--namespace"},
      paramLabel = "NAMESPACE",
      description = "Services of this namespace (default: of all).")
  String namespace = "";

  @Option(
      names = "--address",
      paramLabel = "IP",
      description = "Services that have this address as a way in or as an endpoint.")
  String address = "";

  @Mixin AgentAccess agent = new AgentAccess();

  @Mixin PlannedInput files = new PlannedInput();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      defaultValue = "text",
      description = "text, wide or json (default: ${DEFAULT-VALUE}).")
  String output = "text";

  @Override
  public Integer call() throws IOException {
    ServiceList list = list(new ServicesQuestion(namespace, fullName(), address));
    CommandLine commandLine = Objects.requireNonNull(spec).commandLine();
    commandLine
        .getOut()
        .print(
            switch (output) {
              case "text" -> ServiceListPrinter.print(list, false);
              case "wide" -> ServiceListPrinter.print(list, true);
              case "json" -> AgentConnection.json(list) + System.lineSeparator();
              default ->
                  throw new UsageException("--output '" + output + "' is not text, wide or json");
            });
    commandLine.getOut().flush();
    boolean isMissing = !name.isEmpty() && list.ports().isEmpty();
    return isMissing || list.hasProblems()
        ? CommandLine.ExitCode.SOFTWARE
        : CommandLine.ExitCode.OK;
  }

  private String fullName() {
    return name.isEmpty() || name.contains("/")
        ? name
        : (namespace.isEmpty() ? "default" : namespace) + "/" + name;
  }

  private ServiceList list(ServicesQuestion question) {
    if (!files.isGiven()) {
      return agent.ask(Questions.SERVICES, question, ServiceList.class);
    }
    PlannedFiles planned = files.read();
    try {
      return new ServiceLister(
              planned.options().mode(),
              Arrays.stream(IpFamily.values()).map(planned::plan).toList())
          .list(question);
    } catch (IllegalArgumentException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
  }
}
