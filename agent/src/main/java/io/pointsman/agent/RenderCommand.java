package io.pointsman.agent;

import io.pointsman.dataplane.Backend;
import io.pointsman.net.IpFamily;
import io.pointsman.plan.Diagnostic;
import io.pointsman.plan.FamilyPlan;
import java.io.PrintWriter;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code pointsman render}: the rules for manifests as text. */
@Command(
    name = "render",
    description =
        "Prints the rules that 'run' would program for the manifests, as text for 'nft -f' or"
            + " 'iptables-restore'. Needs neither root nor a cluster.",
    mixinStandardHelpOptions = true)
final class RenderCommand implements Callable<Integer> {
  @CommandLine.Spec private CommandLine.Model.@Nullable CommandSpec spec;

  @Mixin PlannedInput input = new PlannedInput();

  @Option(
      names = "--family",
      paramLabel = "FAMILY",
      description = "IPv4 or IPv6 (default: both for nftables, IPv4 for iptables).")
  @Nullable String family;

  @Override
  public Integer call() {
    CommandLine commandLine = java.util.Objects.requireNonNull(spec).commandLine();
    PlannedFiles files = input.read();
    Backend backend = Backends.required(files.options().mode());
    Set<Diagnostic> diagnostics = new LinkedHashSet<>();
    for (IpFamily each : families(backend.mode())) {
      FamilyPlan plan = files.plan(each);
      diagnostics.addAll(plan.diagnostics());
      commandLine.getOut().print(backend.render(plan));
    }
    commandLine.getOut().flush();
    PrintWriter err = commandLine.getErr();
    diagnostics.forEach(diagnostic -> err.println("pointsman: " + diagnostic));
    return diagnostics.isEmpty() ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
  }

  private List<IpFamily> families(String mode) {
    if (family == null) {
      return mode.equals("nftables")
          ? List.of(IpFamily.IPV4, IpFamily.IPV6)
          : List.of(IpFamily.IPV4);
    }
    for (IpFamily each : IpFamily.values()) {
      if (each.toString().equalsIgnoreCase(family)) {
        return List.of(each);
      }
    }
    throw new UsageException("--family '" + family + "' is not IPv4 or IPv6");
  }
}
