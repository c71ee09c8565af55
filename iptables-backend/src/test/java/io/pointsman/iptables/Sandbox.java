package io.pointsman.iptables;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.pointsman.dataplane.PacketCounter;
import io.pointsman.net.IpFamily;
import io.pointsman.netlink.netns.CommandResult;
import io.pointsman.netlink.netns.NetworkNamespace;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** A network namespace of a test's own, with the tools working inside it. */
record Sandbox(NetworkNamespace namespace) implements AutoCloseable {
  /** A new one; without the rights the test is skipped, and fails when {@code CI=true}. */
  static Sandbox create() {
    Optional<String> missing = NetworkNamespace.unavailable();
    if (missing.isPresent() && "true".equals(System.getenv("CI"))) {
      throw new AssertionError("CI must run the kernel tests: " + missing.get());
    }
    assumeTrue(missing.isEmpty(), "needs root to make a network namespace");
    return new Sandbox(NetworkNamespace.create());
  }

  /** Families and flavours. */
  static Stream<Arguments> variants() {
    return Stream.of(IpFamily.values())
        .flatMap(family ->
            Stream.of(Tools.Flavour.LEGACY, Tools.Flavour.NFT)
                .map(flavour -> Arguments.of(family, flavour)));
  }

  CommandResult exec(String input, String... command) {
    return namespace.execWithInput(input, command);
  }

  /** Runs the tools inside; a stand-in for a thread that lives in the namespace. */
  CommandRunner runner() {
    return (command, environment, input, limit) -> {
      CommandRunner.Outcome outcome =
          CommandRunner.ofHost().run(namespace.enter(command), environment, input, limit);
      if (outcome.exitCode() == 127) {
        throw new IOException(outcome.errors());
      }
      return outcome;
    };
  }

  Tools tools(IpFamily family, Tools.Flavour flavour) {
    return new Tools(family, flavour, runner());
  }

  /** The stamp of the tables inside. */
  TableStamp stamp(Tools tools) {
    try {
      return namespace.call(() -> TableStamp.ofKernel(tools));
    } catch (Exception failed) {
      throw new AssertionError("no stamp of " + tools, failed);
    }
  }

  /** The named counters inside. */
  PacketCounters counters() {
    PacketCounters kernel = new KernelCounters();
    return new PacketCounters() {
      @Override
      public boolean make(Set<String> names) {
        return inside(() -> kernel.make(names));
      }

      @Override
      public Map<PacketCounter, Long> read() {
        return inside(kernel::read);
      }

      @Override
      public void removeUnused() {
        inside(() -> {
          kernel.removeUnused();
          return true;
        });
      }
    };
  }

  private <T> T inside(Callable<T> question) {
    try {
      return namespace.call(question);
    } catch (Exception failed) {
      throw new AssertionError("no answer inside the namespace", failed);
    }
  }

  /** All that iptables-save prints of our tables, without counters and times. */
  String saved(Tools tools) {
    StringBuilder all = new StringBuilder();
    for (Table table : Table.values()) {
      all.append(exec("", tools.program("save"), "-t", table.label()).orThrow().output());
    }
    return all.toString().replaceAll("(?m)^#.*\n", "").replaceAll("\\[\\d+:\\d+]", "");
  }

  @Override
  public void close() {
    namespace.close();
  }
}
