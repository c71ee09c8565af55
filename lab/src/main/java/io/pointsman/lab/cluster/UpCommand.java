package io.pointsman.lab.cluster;

import io.pointsman.lab.LabException;
import io.pointsman.lab.LabNeeds;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Brings a lab up, in a process of its own, and returns when it is. */
@Command(
    name = "up",
    description = "Brings a cluster up from a file; it stays until 'down'.",
    mixinStandardHelpOptions = true)
public final class UpCommand implements Callable<Integer> {
  @Parameters(paramLabel = "FILE", description = "The cluster; see docs/lab/cluster.md.")
  private Path file = Path.of("");

  @Mixin private final LabOption lab = new LabOption();

  @Override
  public Integer call() throws IOException {
    ClusterSpec spec = ClusterFile.read(text(), file.toString());
    List<String> missing = LabNeeds.missingForRows(PodImage.programs(spec.objects()));
    if (!missing.isEmpty()) {
      throw new LabException("this cannot run here: " + String.join("; ", missing));
    }
    StateDirectory state = StateDirectory.of(lab.root, spec.name());
    try (StateDirectory.Owned own =
        state
            .own()
            .orElseThrow(() ->
                new LabException(
                    "a lab '" + spec.name() + "' is up already; 'pointsman-lab down' ends it"))) {
      own.clean();
      Files.writeString(state.file(), text());
    }
    String said = start(state);
    if (!said.equals(Supervisor.READY)) {
      String last = said.isEmpty() ? "the lab ended while it came up: " + lastWords(state) : said;
      new LabClient(state, spec.name()).down();
      throw new LabException(last);
    }
    ClusterView view =
        new LabClient(state, spec.name())
            .ask("status", new Supervisor.Named(""), ClusterView.class);
    System.out.println(
        "The lab '%s' is up: %d nodes, %d pods, %s, %s."
            .formatted(
                view.name(),
                view.nodes().size(),
                view.pods().size(),
                view.backend(),
                view.podNetwork()));
    System.out.println(Supervisor.hints(view));
    return CommandLine.ExitCode.OK;
  }

  private static String lastWords(StateDirectory state) {
    try (Stream<String> lines = Files.lines(state.log())) {
      return lines.reduce("", (before, line) -> line);
    } catch (IOException none) {
      return "it has left no log";
    }
  }

  private String text() {
    try {
      return Files.readString(file);
    } catch (IOException unreadable) {
      throw new LabException(file + " cannot be read: " + unreadable, unreadable);
    }
  }

  /** Who has the last word of the coming up. */
  private enum Word {
    /** Nobody yet. */
    NONE,
    OWNER,
    /** This process is being ended. */
    SIGNAL
  }

  /** Starts the owner and waits for what it says. When this process ends before, so does that. */
  private String start(StateDirectory state) throws IOException {
    Process owner =
        new ProcessBuilder(command(state))
            .redirectError(ProcessBuilder.Redirect.appendTo(state.log().toFile()))
            .start();
    AtomicReference<Word> word = new AtomicReference<>(Word.NONE);
    Runtime.getRuntime()
        .addShutdownHook(
            Thread.ofPlatform()
                .unstarted(() -> {
                  if (word.compareAndSet(Word.NONE, Word.SIGNAL)) {
                    // By its handle: the Process would close the stream that is being read.
                    owner.toHandle().destroy();
                    owner.onExit().join();
                    System.err.println("pointsman-lab: interrupted; the lab is not up");
                  }
                }));
    String said = new String(owner.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    if (!word.compareAndSet(Word.NONE, Word.OWNER)) {
      // The hook speaks, and then this process ends.
      new CompletableFuture<String>().join();
    }
    if (!said.equals(Supervisor.READY)) {
      owner.onExit().join();
    }
    return said;
  }

  /** This JVM once more, in a session of its own: a Ctrl-C in the terminal is not for it. */
  private List<String> command(StateDirectory state) {
    List<String> command = new ArrayList<>(List.of("setsid"));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Xmx1g",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            "io.pointsman.lab.LabMain",
            "supervise",
            state.path().toString(),
            file.toString()));
    return command;
  }
}
