package io.pointsman.agent;

import io.pointsman.agent.config.Flag;
import io.pointsman.agent.config.Flags;
import io.pointsman.agent.config.GivenFlags;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** kube-proxy's flags on a command line: taken as texts, which the configuration reads. */
final class KubeProxyFlags {
  private KubeProxyFlags() {}

  /** Makes a command take them. */
  static void addTo(CommandSpec command) {
    for (Flag<?> flag : Flags.ALL) {
      String[] names =
          flag.name().equals("--v") ? new String[] {"-v", "--v"} : new String[] {flag.name()};
      OptionSpec.Builder option =
          OptionSpec.builder(names)
              .type(List.class)
              .auxiliaryTypes(String.class)
              .paramLabel("VALUE")
              .description(
                  flag.help()
                      + (flag.fallback().isEmpty() ? "" : " Default: " + flag.fallback() + "."));
      command.addOption(
          (flag.isSwitch() ? option.arity("0..1").fallbackValue("true") : option.arity("1"))
              .build());
    }
  }

  /** Those that were given, with any other flag of the command. */
  static GivenFlags given(CommandLine.ParseResult result) {
    Map<String, List<String>> texts = new LinkedHashMap<>();
    for (OptionSpec option : result.matchedOptionsSet()) {
      texts.put(option.longestName(), List.copyOf(option.originalStringValues()));
    }
    return new GivenFlags(texts);
  }

  /** As Go's flags: underscores in the name of a flag are dashes. */
  static String dashed(String argument) {
    if (!argument.startsWith("--")) {
      return argument;
    }
    int equals = argument.indexOf('=');
    return equals < 0
        ? argument.replace('_', '-')
        : argument.substring(0, equals).replace('_', '-') + argument.substring(equals);
  }
}
