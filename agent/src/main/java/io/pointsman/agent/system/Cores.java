package io.pointsman.agent.system;

import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The machine's CPUs: those of the node, not those that this container may use. */
final class Cores {
  private static final Path ONLINE = Path.of("/sys/devices/system/cpu/online");
  private static final Pattern RANGE = Pattern.compile("(\\d{1,6})(?:-(\\d{1,6}))?");

  private Cores() {}

  /** 1 or more. */
  static int count() {
    try {
      OptionalInt online = parse(KernelFile.read(ONLINE));
      if (online.isPresent()) {
        return online.getAsInt();
      }
    } catch (IOException noSys) {
      // Below.
    }
    return Runtime.getRuntime().availableProcessors();
  }

  /**
   * How many CPUs a list such as {@code 0-3,6} has (Documentation/ABI/testing: {@code
   * /sys/devices/system/cpu/online}); empty when it is none.
   */
  static OptionalInt parse(String list) {
    int count = 0;
    for (String part : list.strip().split(",", -1)) {
      Matcher range = RANGE.matcher(part);
      if (!range.matches()) {
        return OptionalInt.empty();
      }
      int first = Integer.parseInt(range.group(1));
      int last = range.group(2) == null ? first : Integer.parseInt(range.group(2));
      if (last < first) {
        return OptionalInt.empty();
      }
      count += last - first + 1;
    }
    return OptionalInt.of(count);
  }
}
