package io.pointsman.agent.status;

import static io.pointsman.agent.status.Html.element;
import static io.pointsman.agent.status.Html.text;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Tables that can be read aloud: with a caption, and headings that say what they are for. */
final class Tables {
  private Tables() {}

  /** A heading of a column. */
  record Column(String title, boolean isNumber) {
    static Column text(String title) {
      return new Column(title, false);
    }

    static Column number(String title) {
      return new Column(title, true);
    }
  }

  /** A table whose rows are as wide as the columns; the first cell of each row is its heading. */
  static Html.Element table(
      String caption, List<Column> columns, Stream<List<? extends Html>> rows) {
    Html head = element("tr", columns.stream().map(column -> heading(column).with("scope", "col")));
    Html.Element table =
        element(
            "table",
            element("caption", caption),
            element("thead", head),
            element("tbody", rows.map(cells -> row(columns, cells))));
    // Reachable by keyboard, as it may have to be scrolled.
    return element("div", table)
        .with("class", "scroll")
        .with("tabindex", "0")
        .with("role", "region")
        .with("aria-label", caption);
  }

  private static Html.Element heading(Column column) {
    Html.Element cell = element("th", column.title());
    return column.isNumber() ? cell.with("class", "number") : cell;
  }

  private static Html row(List<Column> columns, List<? extends Html> cells) {
    return element(
        "tr",
        java.util.stream.IntStream.range(0, cells.size())
            .mapToObj(i -> {
              if (i == 0) {
                return element("th", cells.get(i)).with("scope", "row");
              }
              Html.Element cell = element("td", cells.get(i));
              return columns.get(i).isNumber() ? cell.with("class", "number") : cell;
            }));
  }

  /** Names and values. */
  static Html pairs(String caption, Map<String, String> pairs) {
    return table(
            caption,
            List.of(Column.text("Name"), Column.text("Value")),
            pairs.entrySet().stream()
                .map(pair -> List.of(text(pair.getKey()), code(pair.getValue()))))
        .with("class", "scroll pairs");
  }

  /** Something that machines read, too. */
  static Html.Element code(Object value) {
    return element("span", value.toString()).with("class", "code");
  }

  /** One below the other. */
  static Html list(Stream<? extends Html> items) {
    return element("ul", items.map(item -> element("li", item)));
  }
}
