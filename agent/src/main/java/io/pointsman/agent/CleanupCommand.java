package io.pointsman.agent;

import io.pointsman.dataplane.Backend;
import io.pointsman.dataplane.DataplaneException;
import io.pointsman.net.IpFamily;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code pointsman cleanup}. */
@Command(
    name = "cleanup",
    description =
        "Removes the rules of Pointsman and of kube-proxy, of all modes and both families, from"
            + " this network namespace.")
final class CleanupCommand implements Callable<Integer> {
  @CommandLine.Spec private CommandLine.Model.@org.jspecify.annotations.Nullable CommandSpec spec;

  @Override
  public Integer call() {
    CommandLine commandLine = java.util.Objects.requireNonNull(spec).commandLine();
    int failures = 0;
    for (Backend backend : Backends.all()) {
      for (IpFamily family : IpFamily.values()) {
        try {
          backend.cleanUp(family);
        } catch (DataplaneException e) {
          commandLine
              .getErr()
              .println("pointsman: " + backend.mode() + ", " + family + ": " + e.getMessage());
          failures++;
        }
      }
    }
    return failures == 0 ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
  }
}
