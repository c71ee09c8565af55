package io.pointsman.agent;

import io.pointsman.agent.compare.Comparer;
import io.pointsman.agent.compare.Comparison;
import io.pointsman.agent.local.AgentConnection;
import io.pointsman.agent.system.Ipv6;
import io.pointsman.dataplane.DataplaneException;
import io.pointsman.net.IpFamily;
import io.pointsman.plan.FamilyPlan;
import java.io.IOException;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code pointsman diff}: how the kernel differs from what it should hold. */
@Command(
    name = "diff",
    description =
        "Compares the rules in the kernel with those that should be there, and changes nothing. Asks"
            + " the running agent, or compares with the rules for manifests with -f.",
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:the same",
      "1:the kernel differs",
      "2:it cannot be said: no agent, no rights, or rules that change all the time"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  pointsman diff",
      "  pointsman diff -o json",
      "  pointsman diff -f web.yaml --mode nftables --node node-a --cluster-cidr 10.244.0.0/16",
      "  pointsman diff -f web.yaml --config /var/lib/kube-proxy/config.conf --node node-a"
    })
final class DiffCommand implements Callable<Integer> {
  @CommandLine.Spec private CommandLine.Model.@Nullable CommandSpec spec;

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
    Comparison comparison = comparison();
    CommandLine commandLine = Objects.requireNonNull(spec).commandLine();
    commandLine
        .getOut()
        .print(
            output.equals("json")
                ? AgentConnection.json(comparison) + System.lineSeparator()
                : comparison.print());
    commandLine.getOut().flush();
    return comparison.differs() ? CommandLine.ExitCode.SOFTWARE : CommandLine.ExitCode.OK;
  }

  private Comparison comparison() throws DataplaneException {
    if (!files.isGiven()) {
      return agent.ask(Questions.DIFF, new Questions.Nothing(), Comparison.class);
    }
    PlannedFiles planned = files.read();
    Map<IpFamily, FamilyPlan> plans = new EnumMap<>(IpFamily.class);
    for (IpFamily family : IpFamily.values()) {
      if (family == IpFamily.IPV4 || Ipv6.unusable().isEmpty()) {
        plans.put(family, planned.plan(family, new HostAddresses()));
      }
    }
    try {
      return new Comparer(
              Backends.required(planned.options().mode()),
              family -> Optional.ofNullable(plans.get(family)))
          .compare();
    } catch (IllegalArgumentException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
  }
}
