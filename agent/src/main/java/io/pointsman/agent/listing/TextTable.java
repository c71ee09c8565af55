package io.pointsman.agent.listing;

import java.util.ArrayList;
import java.util.List;

/** Columns as kubectl prints them: as wide as their widest cell, three spaces between them. */
final class TextTable {
  private static final String GAP = "   ";

  private final List<List<String>> rows = new ArrayList<>();

  TextTable(List<String> headings) {
    rows.add(headings);
  }

  /** As many cells as there are headings; an empty one is shown as {@code -}. */
  void row(List<String> cells) {
    rows.add(cells.stream().map(cell -> cell.isEmpty() ? "-" : cell).toList());
  }

  String print() {
    int columns = rows.getFirst().size();
    int[] widths = new int[columns];
    for (List<String> row : rows) {
      for (int i = 0; i < columns; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    StringBuilder text = new StringBuilder();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < columns; i++) {
        line.append(row.get(i)).append(" ".repeat(widths[i] - row.get(i).length())).append(GAP);
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }
}
