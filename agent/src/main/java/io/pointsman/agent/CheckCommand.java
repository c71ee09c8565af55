package io.pointsman.agent;

import io.pointsman.agent.config.Configuration;
import io.pointsman.agent.config.ConfigurationSource;
import io.pointsman.agent.config.Field;
import io.pointsman.agent.config.Fields;
import io.pointsman.agent.http.JsonText;
import io.pointsman.agent.preflight.Facts;
import io.pointsman.agent.preflight.Finding;
import io.pointsman.agent.preflight.Gathering;
import io.pointsman.agent.preflight.Preflight;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code pointsman check}: what stands in the way on this machine. */
@Command(
    name = "check",
    description =
        "Looks for what would stand in the proxy's way on this machine, and says what to do. Changes"
            + " nothing.",
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:nothing, or warnings alone",
      "1:the proxy would not run",
      "2:wrong usage, or unreadable input"
    })
final class CheckCommand implements Callable<Integer> {
  /** The output forms. */
  enum Output {
    text,
    json
  }

  @CommandLine.Spec private CommandLine.Model.@Nullable CommandSpec spec;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "KubeProxyConfiguration file that is to be used.")
  @Nullable Path config;

  @Option(
      names = {"--mode", "--proxy-mode"},
      paramLabel = "MODE",
      description = "nftables or iptables (default: that of the file, else iptables).")
  @Nullable String mode;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORM",
      description = "text or json (default: text).")
  Output output = Output.text;

  @Override
  public Integer call() {
    // Not validated: mode ipvs is what people come here with.
    Configuration said =
        config == null ? Configuration.EMPTY : ConfigurationSource.unchecked(config);
    String asked = Optional.ofNullable(mode).orElse(said.get(Fields.MODE));
    if (!asked.equals("ipvs")) {
      Backends.required(asked);
    }
    Facts facts =
        Gathering.gather(asked, ipvs(said), NodePreparation.conntrack(said), Backends.all());
    List<Finding> findings = Preflight.judge(facts);
    PrintWriter out = java.util.Objects.requireNonNull(spec).commandLine().getOut();
    if (output == Output.json) {
      out.println(json(findings));
    } else {
      findings.forEach(out::println);
    }
    out.flush();
    return findings.stream().anyMatch(finding -> finding.level() == Finding.Level.FAIL)
        ? CommandLine.ExitCode.SOFTWARE
        : CommandLine.ExitCode.OK;
  }

  /** The settings that no other mode has. */
  private static Map<String, String> ipvs(Configuration said) {
    Map<String, String> settings = new TreeMap<>();
    for (Field<?> field : said.differences(Configuration.EMPTY)) {
      if (field.path().startsWith("ipvs.") && !field.path().endsWith("yncPeriod")) {
        settings.put(field.path(), said.text(field));
      }
    }
    return settings;
  }

  private static String json(List<Finding> findings) {
    return findings.stream()
        .map(finding ->
            "{\"level\":%s,\"where\":%s,\"what\":%s,\"advice\":%s}"
                .formatted(
                    JsonText.quote(finding.level().label()),
                    JsonText.quote(finding.where()),
                    JsonText.quote(finding.what()),
                    JsonText.quote(finding.advice())))
        .collect(Collectors.joining(",\n", "[\n", "\n]"));
  }
}
