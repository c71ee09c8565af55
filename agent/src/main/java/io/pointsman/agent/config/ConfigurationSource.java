package io.pointsman.agent.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where the configuration comes from: from flags, or from a file and the few flags that win over
 * it.
 *
 * @param flags as given
 * @param file of {@code --config}
 * @param toBeServed the deprecated flags for ports count; not so for {@code --write-config-to}
 */
public record ConfigurationSource(GivenFlags flags, Optional<Path> file, boolean toBeServed) {
  /**
   * A configuration in which every default is filled in, and that is valid.
   *
   * @param notices what the log should say about it
   */
  public record Loaded(Configuration configuration, List<String> notices) {
    public Loaded {
      notices = List.copyOf(notices);
    }
  }

  /**
   * Reads, defaults and validates.
   *
   * @throws InvalidConfigurationException naming all that is wrong
   */
  public Loaded load() {
    List<String> notices = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    Configuration said =
        file.map(path -> ofFile(path, notices, problems)).orElseGet(() -> ofFlags(problems));
    said = withHostname(said, problems);
    Configuration complete = Defaults.complete(said, file.isPresent());
    problems.addAll(Validation.problems(complete));
    if (!problems.isEmpty()) {
      throw new InvalidConfigurationException(problems);
    }
    if (!said.says(Fields.MODE)) {
      notices.add("No proxy mode is asked for: using iptables");
    }
    for (Flag<?> port : List.of(Flags.HEALTHZ_PORT, Flags.METRICS_PORT)) {
      if (flags.has(port) && file.isEmpty()) {
        notices.add(
            port.name()
                + " is deprecated: use "
                + port.name().replace("-port", "-bind-address")
                + " instead");
      }
    }
    notices.addAll(WithoutEffect.notices(complete, flags));
    return new Loaded(complete, notices);
  }

  /**
   * What a file says, whether it can be used or not.
   *
   * @throws InvalidConfigurationException when it cannot be read, or a field has a wrong type
   */
  public static Configuration unchecked(Path file) {
    ConfigurationFile.Content content = ConfigurationFile.read(file);
    if (!content.problems().isEmpty()) {
      throw new InvalidConfigurationException(content.problems());
    }
    return content.said();
  }

  private Configuration ofFile(Path path, List<String> notices, List<String> problems) {
    ConfigurationFile.Content content = ConfigurationFile.read(path);
    notices.addAll(content.notices());
    problems.addAll(content.problems());
    for (Flag<?> flag : Flags.ALL) {
      if (flags.has(flag) && !Flags.LOGGING.contains(flag) && flag != Flags.HOSTNAME_OVERRIDE) {
        notices.add(
            flag.name()
                + " is ignored, as --config is given: "
                + flag.field()
                    .map(field -> "set " + field + " in " + path)
                    .orElse("say it in " + path));
      }
    }
    Configuration said = content.said();
    for (Flag<?> flag : Flags.LOGGING) {
      said = withFlag(said, flag, problems);
    }
    List<ModuleVerbosity> modules = new ArrayList<>(said.get(Fields.LOG_MODULES));
    if (said.origin(Fields.LOG_MODULES).equals(Optional.of("--vmodule"))) {
      modules.addAll(content.said().get(Fields.LOG_MODULES));
      said = said.with(Fields.LOG_MODULES, List.copyOf(modules), "--vmodule");
    }
    return said;
  }

  private Configuration ofFlags(List<String> problems) {
    Configuration said = Configuration.EMPTY;
    for (Flag<?> flag : Flags.ALL) {
      said = withFlag(said, flag, problems);
    }
    boolean nftables = said.get(Fields.MODE).equals("nftables");
    said =
        placed(
            said,
            Flags.MASQUERADE_ALL,
            nftables ? Fields.NFTABLES_MASQUERADE_ALL : Fields.IPTABLES_MASQUERADE_ALL,
            problems);
    said =
        placed(
            said,
            Flags.SYNC_PERIOD,
            nftables ? Fields.NFTABLES_SYNC_PERIOD : Fields.IPTABLES_SYNC_PERIOD,
            problems);
    said =
        placed(
            said,
            Flags.MIN_SYNC_PERIOD,
            nftables ? Fields.NFTABLES_MIN_SYNC_PERIOD : Fields.IPTABLES_MIN_SYNC_PERIOD,
            problems);
    if (toBeServed) {
      said = withPort(said, Flags.HEALTHZ_PORT, Fields.HEALTHZ_BIND_ADDRESS, "0.0.0.0", problems);
      said = withPort(said, Flags.METRICS_PORT, Fields.METRICS_BIND_ADDRESS, "127.0.0.1", problems);
    }
    return said;
  }

  private <T> Configuration withFlag(Configuration said, Flag<T> flag, List<String> problems) {
    Optional<T> value = flags.value(flag, problems);
    // An empty text leaves the default in place, as kube-proxy's flags do.
    return flag.field().isEmpty() || value.isEmpty() || value.get().equals("")
        ? said
        : said.with(flag.field().get(), value.get(), flag.name());
  }

  private <T> Configuration placed(
      Configuration said, Flag<T> flag, Field<T> field, List<String> problems) {
    return flags
        .value(flag, problems)
        .map(value -> said.with(field, value, flag.name()))
        .orElse(said);
  }

  /** Port 0 turns a server off; others complete an address that has none. */
  private Configuration withPort(
      Configuration said,
      Flag<Integer> flag,
      Field<String> field,
      String everywhere,
      List<String> problems) {
    Optional<Integer> port = flags.value(flag, problems);
    if (port.isEmpty()) {
      return said;
    }
    if (port.get() == 0) {
      return said.with(field, "", flag.name());
    }
    String address = said.find(field).orElse(everywhere);
    return said.with(field, HostPort.withPort(address, port.get()), flag.name());
  }

  /** The flag wins over the file; node names are in lower case. */
  private Configuration withHostname(Configuration said, List<String> problems) {
    Configuration both =
        file.isPresent() ? withFlag(said, Flags.HOSTNAME_OVERRIDE, problems) : said;
    String name = both.get(Fields.HOSTNAME_OVERRIDE);
    String origin = both.origin(Fields.HOSTNAME_OVERRIDE).orElse("");
    String trimmed = name.strip().toLowerCase(java.util.Locale.ROOT);
    if (trimmed.isEmpty() && !name.isEmpty()) {
      problems.add(
          Problems.at(
              Fields.HOSTNAME_OVERRIDE.path(),
              "Invalid value: \"" + name + "\": must not be blank; name this node or leave it out",
              origin));
    }
    return name.isEmpty() ? both : both.with(Fields.HOSTNAME_OVERRIDE, trimmed, origin);
  }
}
