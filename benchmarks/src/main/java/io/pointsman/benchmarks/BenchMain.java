package io.pointsman.benchmarks;

import io.pointsman.netlink.netns.NetworkNamespace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The benchmarks' command line. Exit codes: 0 measured, 1 something failed, 2 cannot run. */
@Command(
    name = "pointsman-bench",
    description = "Measures Pointsman beside the shape of kube-proxy's rules, in namespaces.",
    sortOptions = false,
    mixinStandardHelpOptions = true)
public final class BenchMain implements Callable<Integer> {
  private static final List<Size> SHORT =
      List.of(new Size(100, 3), new Size(1000, 3), new Size(10_000, 3));

  @Option(names = "--full", description = "All sizes up to 100,000 Services; takes hours.")
  private boolean full;

  @Option(
      names = "--only",
      paramLabel = "ROW",
      description = "Only the benchmarks of this row of the targets, as T6; may be repeated.")
  private final Set<String> rows = new LinkedHashSet<>();

  @Option(
      names = "--matching",
      paramLabel = "TEXT",
      defaultValue = "",
      description = "Only the benchmarks whose description contains this, as nftables.")
  private String matching = "";

  @Option(names = "--services", paramLabel = "N", description = "Only this number of Services.")
  private @Nullable Integer services;

  @Option(
      names = "--endpoints",
      paramLabel = "N",
      defaultValue = "3",
      description = "Endpoints of each, with --services. Default: ${DEFAULT-VALUE}.")
  private int endpoints;

  @Option(
      names = "--bound",
      paramLabel = "SECONDS",
      defaultValue = "120",
      description = "Stop the peer's tool then. Default: ${DEFAULT-VALUE}.")
  private int bound;

  @Option(names = "--list", description = "Say what there is to measure, and end.")
  private boolean list;

  @Option(names = "--output", paramLabel = "FILE", description = "Also write it as Markdown.")
  private @Nullable Path output;

  @Option(
      names = "--plots",
      paramLabel = "FOLDER",
      description = "Also draw times over the number of Services, as SVG, with 3 endpoints each.")
  private @Nullable Path plots;

  @CommandLine.Spec private CommandLine.Model.@Nullable CommandSpec spec;

  private BenchMain() {}

  @Override
  public Integer call() throws IOException {
    List<Benchmark> chosen =
        Catalogue.benchmarks(effort()).stream()
            .filter(one -> rows.isEmpty() || rows.contains(one.row()))
            .filter(one -> one.measures().contains(matching))
            .toList();
    if (chosen.isEmpty()) {
      System.err.println("pointsman-bench: no such benchmark; see --list");
      return CommandLine.ExitCode.USAGE;
    }
    if (list) {
      chosen.forEach(one -> System.out.println(one.row() + "  " + one.measures()));
      return CommandLine.ExitCode.OK;
    }
    Optional<String> missing = NetworkNamespace.unavailable();
    if (missing.isPresent()) {
      System.err.println("pointsman-bench: " + missing.get());
      return CommandLine.ExitCode.USAGE;
    }
    return measure(chosen);
  }

  private int measure(List<Benchmark> chosen) throws IOException {
    Machine machine = Machine.here();
    List<Figure> figures = new ArrayList<>();
    int failures = 0;
    for (Size size : sizes()) {
      for (Benchmark benchmark : chosen) {
        if (!full && services == null && !benchmark.isQuick(size)) {
          continue;
        }
        Optional<String> obstacle = benchmark.unfeasible(size);
        if (obstacle.isPresent()) {
          progress(benchmark, size, "left out: " + obstacle.get());
          continue;
        }
        progress(benchmark, size, "...");
        try {
          figures.addAll(benchmark.run(size));
          keep(machine, figures);
        } catch (InterruptedException stop) {
          Thread.currentThread().interrupt();
          return CommandLine.ExitCode.SOFTWARE;
        } catch (Exception failed) {
          failures++;
          progress(benchmark, size, "failed: " + failed.getMessage());
        }
      }
    }
    System.out.println(new Report(machine, command(), figures).text());
    return failures == 0 ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
  }

  /** After each benchmark anew: a run of hours that is cut off leaves what it measured. */
  private void keep(Machine machine, List<Figure> figures) throws IOException {
    if (output != null) {
      Files.writeString(output, new Report(machine, command(), figures).markdown());
    }
    if (plots != null) {
      draw(plots, figures);
    }
  }

  private static void draw(Path folder, List<Figure> figures) throws IOException {
    int endpoints = 3;
    Map<String, Plot> all =
        Map.of(
            "first-sync.svg", Plot.of("First sync", ": first sync", endpoints, figures),
            "one-change.svg",
                Plot.of("One endpoint changed, to the kernel", ": one change", endpoints, figures),
            "reaction.svg",
                Plot.of(
                    "From the API server to the first answer, median",
                    "reaction p50",
                    endpoints,
                    figures));
    Files.createDirectories(folder);
    for (Map.Entry<String, Plot> plot : all.entrySet()) {
      Files.writeString(folder.resolve(plot.getKey()), plot.getValue().svg());
    }
  }

  private static void progress(Benchmark benchmark, Size size, String word) {
    System.err.println(benchmark.row() + "  " + size + "  " + benchmark.measures() + "  " + word);
  }

  private Effort effort() {
    Duration most = Duration.ofSeconds(bound);
    return full ? Effort.whole(most) : Effort.quick(most);
  }

  private List<Size> sizes() {
    if (services != null) {
      return List.of(new Size(services, endpoints));
    }
    if (!full) {
      return SHORT;
    }
    List<Size> sizes = new ArrayList<>();
    for (int each : new int[] {3, 1, 50}) {
      for (int number : new int[] {100, 1000, 10_000, 30_000, 100_000}) {
        sizes.add(new Size(number, each));
      }
    }
    sizes.add(new Size(1, 5000));
    return sizes;
  }

  private String command() {
    List<String> words =
        spec == null ? List.of() : spec.commandLine().getParseResult().originalArgs();
    return ("bin/pointsman-bench " + String.join(" ", words)).strip();
  }

  /** Runs one command and exits. */
  public static void main(String[] arguments) {
    CommandLine commandLine = new CommandLine(new BenchMain());
    commandLine.setExecutionExceptionHandler((exception, command, parsed) -> {
      command.getErr().println("pointsman-bench: " + exception.getMessage());
      return CommandLine.ExitCode.SOFTWARE;
    });
    System.exit(commandLine.execute(arguments));
  }
}
