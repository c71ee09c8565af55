package io.pointsman.agent;

import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code pointsman version}. */
@Command(name = "version", description = "Prints the version and the Java runtime.")
final class VersionCommand implements Runnable {
  @CommandLine.Spec private CommandLine.Model.@org.jspecify.annotations.Nullable CommandSpec spec;

  /** The text of {@code --version}. */
  static final class Provider implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {text()};
    }
  }

  private static String text() {
    String version =
        Optional.ofNullable(Main.class.getPackage().getImplementationVersion())
            .orElse("(not packaged)");
    return "pointsman " + version + " on Java " + Runtime.version();
  }

  @Override
  public void run() {
    java.util.Objects.requireNonNull(spec).commandLine().getOut().println(text());
  }
}
