package io.pointsman.agent.config;

import io.pointsman.kubernetes.YamlValue;
import io.pointsman.kubernetes.YamlValue.Scalar;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How values of a field are read and written.
 *
 * @param <T> the values, which are immutable
 * @param allowed what a value must be, for messages
 * @param fromFlag reads the text of a flag; empty when it is none of these values
 * @param fromFile reads a value of a file that is not null; empty when it has another type
 * @param isZero whether a file that says this says nothing, as far as defaults go
 * @param toTree the value as a file has it: of texts, numbers, truth values, lists and maps
 */
record Type<T>(
    String allowed,
    Function<String, Optional<T>> fromFlag,
    Function<YamlValue, Optional<T>> fromFile,
    Predicate<T> isZero,
    Function<T, Object> toTree) {
  private static final Pattern QUANTITY =
      Pattern.compile("[+-]?[0-9]+(\\.[0-9]*)?(e[0-9]+|E[0-9]+|[numkKMGTPE]|[KMGTPE]i)?");
  private static final Pattern VERBOSITY = Pattern.compile("([^=,]+)=([0-9]{1,9})");
  private static final Set<String> TRUE = Set.of("1", "t", "T", "true", "TRUE", "True");
  private static final Set<String> FALSE = Set.of("0", "f", "F", "false", "FALSE", "False");

  static final Type<String> TEXT =
      new Type<>("a text", Optional::of, YamlValue::text, String::isEmpty, text -> text);

  static final Type<Boolean> BOOL =
      new Type<>(
          "true or false",
          Type::truth,
          value -> scalar(value, Scalar.Kind.TRUTH).map(Boolean::parseBoolean),
          truth -> !truth,
          truth -> truth);

  /** 32 bits with a sign. */
  static final Type<Integer> INT =
      new Type<>(
          "a whole number between -2147483648 and 2147483647",
          Type::integer,
          value -> scalar(value, Scalar.Kind.INTEGER).flatMap(Type::integer),
          number -> number == 0,
          number -> number);

  static final Type<BigDecimal> DECIMAL =
      new Type<>(
          "a number",
          Type::decimal,
          value ->
              scalar(value, Scalar.Kind.INTEGER)
                  .or(() -> scalar(value, Scalar.Kind.FRACTION))
                  .flatMap(Type::decimal),
          number -> number.signum() == 0,
          number -> number);

  static final Type<Duration> DURATION =
      new Type<>(
          "a duration in quotes, such as \"30s\" or \"1h30m\"",
          GoDuration::parse,
          value -> value.text().flatMap(GoDuration::parse),
          Duration::isZero,
          GoDuration::format);

  /** A duration, or a number of nanoseconds. */
  static final Type<Duration> DURATION_OR_NANOS =
      new Type<>(
          "a duration such as \"5s\", or a number of nanoseconds",
          GoDuration::parse,
          value ->
              value
                  .text()
                  .flatMap(GoDuration::parse)
                  .or(() -> scalar(value, Scalar.Kind.INTEGER).flatMap(Type::nanos)),
          Duration::isZero,
          GoDuration::format);

  static final Type<List<String>> TEXTS =
      new Type<>("a list of texts", Type::split, Type::texts, List::isEmpty, texts -> texts);

  /** A number of bytes as Kubernetes writes quantities, such as {@code 64Ki}. */
  static final Type<String> QUANTITY_TEXT =
      new Type<>(
          "a quantity such as 64Ki",
          text -> Optional.of(text).filter(given -> QUANTITY.matcher(given).matches()),
          value ->
              value
                  .text()
                  .or(() -> scalar(value, Scalar.Kind.INTEGER))
                  .filter(given -> QUANTITY.matcher(given).matches()),
          text -> text.equals("0"),
          text -> text);

  static final Type<Map<String, Boolean>> GATES =
      new Type<>(
          "a map of gate names to true or false",
          Type::gates,
          Type::gatesOf,
          Map::isEmpty,
          gates -> gates);

  static final Type<List<ModuleVerbosity>> MODULES =
      new Type<>(
          "a list of {filePattern: PATTERN, verbosity: NUMBER}",
          Type::modules,
          Type::modulesOf,
          List::isEmpty,
          modules -> modules.stream().map(ModuleVerbosity::tree).toList());

  private static Optional<String> scalar(YamlValue value, Scalar.Kind kind) {
    return value.scalar().filter(scalar -> scalar.kind() == kind).map(Scalar::text);
  }

  private static Optional<Boolean> truth(String text) {
    return TRUE.contains(text)
        ? Optional.of(true)
        : FALSE.contains(text) ? Optional.of(false) : Optional.empty();
  }

  private static Optional<Integer> integer(String text) {
    try {
      return Optional.of(Integer.decode(text.startsWith("0o") ? text.replace("0o", "0") : text));
    } catch (NumberFormatException notInRange) {
      return Optional.empty();
    }
  }

  private static Optional<Duration> nanos(String text) {
    try {
      return Optional.of(Duration.ofNanos(Long.decode(text)));
    } catch (NumberFormatException notInRange) {
      return Optional.empty();
    }
  }

  private static Optional<BigDecimal> decimal(String text) {
    try {
      // Longer ones would be written out digit by digit.
      return Optional.of(new BigDecimal(text)).filter(number -> Math.abs(number.scale()) < 40);
    } catch (NumberFormatException infiniteOrNone) {
      return Optional.empty();
    }
  }

  private static Optional<List<String>> split(String text) {
    return Optional.of(text.isEmpty() ? List.of() : List.of(text.split(",", -1)));
  }

  private static Optional<List<String>> texts(YamlValue value) {
    List<String> texts = value.items().stream().flatMap(item -> item.text().stream()).toList();
    return value.isSequence() && texts.size() == value.items().size()
        ? Optional.of(texts)
        : Optional.empty();
  }

  private static Optional<Map<String, Boolean>> gates(String text) {
    Map<String, Boolean> gates = new TreeMap<>();
    for (String pair : text.isEmpty() ? List.<String>of() : Arrays.asList(text.split(",", -1))) {
      int equals = pair.indexOf('=');
      Optional<Boolean> enabled =
          equals <= 0 ? Optional.empty() : truth(pair.substring(equals + 1).strip());
      if (enabled.isEmpty()) {
        return Optional.empty();
      }
      gates.put(pair.substring(0, equals).strip(), enabled.get());
    }
    return Optional.of(gates);
  }

  private static Optional<Map<String, Boolean>> gatesOf(YamlValue value) {
    Map<String, Boolean> gates = new TreeMap<>();
    for (YamlValue.Entry entry : value.entries()) {
      Optional<Boolean> enabled = BOOL.fromFile().apply(entry.value());
      Optional<String> name = entry.key().text();
      if (enabled.isEmpty() || name.isEmpty()) {
        return Optional.empty();
      }
      gates.put(name.get(), enabled.get());
    }
    return value.isMapping() ? Optional.of(gates) : Optional.empty();
  }

  private static Optional<List<ModuleVerbosity>> modules(String text) {
    List<ModuleVerbosity> modules = new ArrayList<>();
    for (String pair : text.isEmpty() ? List.<String>of() : Arrays.asList(text.split(",", -1))) {
      Matcher matcher = VERBOSITY.matcher(pair);
      if (!matcher.matches()) {
        return Optional.empty();
      }
      modules.add(new ModuleVerbosity(matcher.group(1), Integer.parseInt(matcher.group(2))));
    }
    return Optional.of(List.copyOf(modules));
  }

  private static Optional<List<ModuleVerbosity>> modulesOf(YamlValue value) {
    List<ModuleVerbosity> modules = new ArrayList<>();
    for (YamlValue item : value.items()) {
      Optional<String> pattern = item.field("filePattern").flatMap(YamlValue::text);
      Optional<Integer> verbosity = item.field("verbosity").flatMap(INT.fromFile());
      if (pattern.isEmpty() || verbosity.isEmpty() || verbosity.get() < 0) {
        return Optional.empty();
      }
      modules.add(new ModuleVerbosity(pattern.get(), verbosity.get()));
    }
    return value.isSequence() ? Optional.of(List.copyOf(modules)) : Optional.empty();
  }
}
