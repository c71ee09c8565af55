package io.pointsman.e2e;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A PromQL expression, as far as its names go.
 *
 * @param text the expression
 * @param shown texts in which its labels are written out: legends, annotations
 */
record Expression(String text, List<String> shown) {
  private static final Pattern SELECTOR = Pattern.compile("([a-zA-Z_:][\\w:]*)\\s*\\{([^}]*)}");
  private static final Pattern MATCHER = Pattern.compile("(\\w+)\\s*(?:=~|!~|!=|=)");
  private static final Pattern GROUPING = Pattern.compile("\\b(?:by|without|on)\\s*\\(([^)]*)\\)");
  private static final Pattern SHOWN = Pattern.compile("\\{\\{\\s*(?:\\$labels\\.)?(\\w+)\\s*}}");

  Expression {
    shown = List.copyOf(shown);
  }

  /** Names of the series that it selects. */
  Set<String> series() {
    return SELECTOR
        .matcher(text)
        .results()
        .map(selector -> selector.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Names of all labels that it selects or groups by, or that are written out. */
  Set<String> labels() {
    Stream<String> selected =
        SELECTOR
            .matcher(text)
            .results()
            .flatMap(selector -> MATCHER.matcher(selector.group(2)).results())
            .map(MatchResult::group)
            .map(matcher -> matcher.replaceAll("\\W", ""));
    Stream<String> grouped =
        GROUPING
            .matcher(text)
            .results()
            .flatMap(list -> Arrays.stream(list.group(1).split(",", -1)))
            .map(String::strip);
    Stream<String> written =
        shown.stream().flatMap(one -> SHOWN.matcher(one).results()).map(label -> label.group(1));
    return Stream.of(selected, grouped, written)
        .flatMap(names -> names)
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
