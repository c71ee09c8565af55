package io.pointsman.agent;

import io.pointsman.file.FileProblem;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code pointsman dump}: everything that the running agent knows, in one file. */
@Command(
    name = "dump",
    description =
        "Writes everything that the running agent knows to one archive: cluster, plan, rules, what"
            + " the kernel holds, metrics, log, configuration. No credentials are in it; names and"
            + " addresses of Services are.",
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:written", "2:no agent, no rights, or the file cannot be written"},
    footerHeading = "%nExamples:%n",
    footer = {
      "  pointsman dump",
      "  pointsman dump -o node-a.tar.gz",
      "  kubectl -n kube-system exec POD -- pointsman dump -o - > node-a.tar"
    })
final class DumpCommand implements Callable<Integer> {
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("uuuuMMdd-HHmmss", Locale.ROOT).withZone(ZoneOffset.UTC);

  @CommandLine.Spec private CommandLine.Model.@Nullable CommandSpec spec;

  @Mixin AgentAccess agent = new AgentAccess();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description =
          "A file that is not there yet (default: pointsman-dump-TIME.tar here); compressed when"
              + " its name ends in .gz or .tgz; - for standard output.")
  String output = "";

  @Override
  public Integer call() throws IOException {
    if (output.equals("-")) {
      // Picocli's writer takes characters only.
      try (OutputStream out = new BufferedOutputStream(new FileOutputStream(FileDescriptor.out))) {
        agent.stream(Questions.DUMP, out);
      }
      return CommandLine.ExitCode.OK;
    }
    Path file =
        Path.of(
            output.isEmpty() ? "pointsman-dump-" + STAMP.format(Instant.now()) + ".tar" : output);
    writeTo(file);
    CommandLine commandLine = Objects.requireNonNull(spec).commandLine();
    commandLine.getOut().println("written to " + file);
    return CommandLine.ExitCode.OK;
  }

  /** What could not be finished is removed: half a dump would be taken for a whole one. */
  private void writeTo(Path file) throws IOException {
    SeekableByteChannel channel = create(file);
    boolean whole = false;
    try {
      try (OutputStream out = compressed(file, Channels.newOutputStream(channel))) {
        agent.stream(Questions.DUMP, out);
      }
      whole = true;
    } finally {
      if (!whole) {
        Files.deleteIfExists(file);
      }
    }
  }

  private static SeekableByteChannel create(Path file) {
    try {
      return Files.newByteChannel(
          file,
          Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    } catch (IOException e) {
      throw new UsageException("--output " + file + " cannot be written: " + FileProblem.of(e));
    }
  }

  private static OutputStream compressed(Path file, OutputStream out) throws IOException {
    String name = file.toString();
    return name.endsWith(".gz") || name.endsWith(".tgz")
        ? new GZIPOutputStream(out)
        : new BufferedOutputStream(out);
  }
}
