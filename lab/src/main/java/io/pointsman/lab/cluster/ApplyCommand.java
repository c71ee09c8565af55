package io.pointsman.lab.cluster;

import io.pointsman.lab.LabException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Gives objects to a lab's API server. */
@Command(
    name = "apply",
    description = "Creates or changes Kubernetes objects; new Pods are plugged in.",
    mixinStandardHelpOptions = true)
public final class ApplyCommand implements Callable<Integer> {
  @Mixin private final LabOption lab = new LabOption();

  @Option(
      names = {"-f", "--filename"},
      required = true,
      paramLabel = "FILE",
      description = "Kubernetes YAML or JSON; '-' for standard input.")
  private String file = "";

  @Override
  public Integer call() throws IOException {
    LabClient client = lab.client();
    for (ObjectText text : ObjectText.read(text(), file)) {
      try {
        System.out.println(client.ask("apply", text.object().json(), Supervisor.Said.class).text());
      } catch (LabException refused) {
        throw new LabException(text.at().position() + ": " + refused.getMessage(), refused);
      }
    }
    return CommandLine.ExitCode.OK;
  }

  private String text() throws IOException {
    if (file.equals("-")) {
      return new String(System.in.readAllBytes(), StandardCharsets.UTF_8);
    }
    try {
      return Files.readString(Path.of(file));
    } catch (IOException unreadable) {
      throw new LabException(file + " cannot be read: " + unreadable, unreadable);
    }
  }
}
