package io.pointsman.agent;

import io.pointsman.agent.http.JsonText;
import io.pointsman.agent.preflight.Facts;
import io.pointsman.agent.preflight.Finding;
import io.pointsman.agent.preflight.Gathering;
import io.pointsman.agent.preflight.Preflight;
import io.pointsman.agent.system.ConntrackSettings;
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
    ProxyConfiguration file =
        config == null ? ProxyConfiguration.none() : ProxyConfiguration.read(config);
    String asked = Optional.ofNullable(mode).or(() -> file.string("mode")).orElse("iptables");
    if (!asked.equals("ipvs")) {
      Backends.required(asked);
    }
    Facts facts = Gathering.gather(asked, ipvs(file), ConntrackSettings.DEFAULT, Backends.all());
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
  private static Map<String, String> ipvs(ProxyConfiguration file) {
    Map<String, String> settings = new TreeMap<>();
    for (String field : List.of("scheduler", "tcpTimeout", "tcpFinTimeout", "udpTimeout")) {
      file.string("ipvs." + field)
          .filter(value -> !value.matches("(0(h|m|s))+"))
          .ifPresent(value -> settings.put("ipvs." + field, value));
    }
    file.bool("ipvs.strictARP")
        .filter(strict -> strict)
        .ifPresent(strict -> settings.put("ipvs.strictARP", "true"));
    List<String> excluded = file.strings("ipvs.excludeCIDRs");
    if (!excluded.isEmpty()) {
      settings.put("ipvs.excludeCIDRs", String.join(",", excluded));
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
