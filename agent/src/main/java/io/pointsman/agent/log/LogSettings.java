package io.pointsman.agent.log;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * How the log is written.
 *
 * @param form of a record
 * @param verbosity as {@code -v} of Kubernetes: 0 what operators must know, 4 what developers want
 *     to know, with stack traces, 6 everything that libraries say too
 * @param modules files that say more or less than that; the first that matches counts
 */
public record LogSettings(Form form, int verbosity, List<Module> modules) {
  /** The defaults of Kubernetes. */
  public static final LogSettings DEFAULT = new LogSettings(Form.TEXT, 0, List.of());

  /** {@code --logging-format}. */
  public enum Form {
    /** klog's lines. */
    TEXT,
    /** An object a line. */
    JSON;

    /**
     * The form of this name.
     *
     * @param name {@code text} or {@code json}
     */
    public static Form of(String name) {
      return valueOf(name.toUpperCase(Locale.ROOT));
    }
  }

  /**
   * One pattern of {@code --vmodule}.
   *
   * @param file matches the names of source files without their ending
   * @param verbosity of what these files say
   */
  public record Module(Pattern file, int verbosity) {
    /**
     * A pattern as Kubernetes writes it.
     *
     * @param glob {@code *} stands for any letters, {@code ?} for one
     */
    public static Module of(String glob, int verbosity) {
      StringBuilder regex = new StringBuilder();
      for (int i = 0; i < glob.length(); i++) {
        switch (glob.charAt(i)) {
          case '*' -> regex.append(".*");
          case '?' -> regex.append('.');
          default -> regex.append(Pattern.quote(glob.substring(i, i + 1)));
        }
      }
      return new Module(Pattern.compile(regex.toString(), Pattern.CASE_INSENSITIVE), verbosity);
    }
  }

  public LogSettings {
    modules = List.copyOf(modules);
  }

  /** The verbosity of one source file, by its name without an ending. */
  int verbosityOf(String file) {
    return modules.stream()
        .filter(module -> module.file().matcher(file).matches())
        .findFirst()
        .map(Module::verbosity)
        .orElse(verbosity);
  }

  int highestVerbosity() {
    return modules.stream().mapToInt(Module::verbosity).reduce(verbosity, Math::max);
  }
}
