package io.pointsman.agent.listing;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Writes a list of Services for a person at a terminal. */
public final class ServiceListPrinter {
  private static final List<String> HEADINGS =
      List.of("NAMESPACE", "NAME", "PORT", "FRONTENDS", "POLICY", "AFFINITY", "ENDPOINTS", "STATE");
  private static final List<String> WIDE_HEADINGS = List.of("SOURCES", "USED", "LEFT OUT");

  /** So many endpoints a cell; whoever wants all asks for JSON. */
  private static final int MOST_IN_CELL = 10;

  private ServiceListPrinter() {}

  /**
   * A row for each Service port, then what is left out and what is wrong.
   *
   * @param wide with the endpoints, and why some are left out
   */
  public static String print(ServiceList list, boolean wide) {
    TextTable table =
        new TextTable(
            wide ? Stream.concat(HEADINGS.stream(), WIDE_HEADINGS.stream()).toList() : HEADINGS);
    for (ServiceList.Port port : list.ports()) {
      List<String> cells = new ArrayList<>(cells(port));
      if (wide) {
        cells.addAll(wideCells(port));
      }
      table.row(cells);
    }
    StringBuilder text = new StringBuilder(list.ports().isEmpty() ? "" : table.print());
    section(
        text,
        "Nothing is programmed for",
        list.leftOut().stream()
            .map(out -> out.namespace() + "/" + out.name() + ": " + out.reason())
            .toList());
    section(
        text,
        "Look at this",
        list.ports().stream().flatMap(port -> port.diagnostics().stream()).distinct().toList());
    return text.isEmpty() ? "No Service of that kind is known here.\n" : text.toString();
  }

  private static void section(StringBuilder text, String title, List<String> lines) {
    if (!lines.isEmpty()) {
      text.append(text.isEmpty() ? "" : "\n").append(title).append('\n');
      lines.forEach(line -> text.append("  ").append(line).append('\n'));
    }
  }

  private static List<String> cells(ServiceList.Port port) {
    long used = port.endpoints().stream().filter(ServiceList.Endpoint::used).count();
    return List.of(
        port.namespace(),
        port.name(),
        (port.port().isEmpty() ? "" : port.port() + "/") + port.protocol(),
        port.frontends().stream()
            .map(ServiceList.Frontend::address)
            .collect(Collectors.joining(",")),
        both(port.internal().policy(), port.external().policy()),
        port.affinitySeconds() > 0 ? port.affinitySeconds() + "s" : "",
        used + "/" + port.endpoints().size(),
        both(port.internal().fate(), port.external().fate()));
  }

  /** Of the cluster IP, and of the other frontends where it differs. */
  private static String both(String internal, String external) {
    return internal.equals(external) ? internal : internal + "/" + external;
  }

  private static List<String> wideCells(ServiceList.Port port) {
    return List.of(
        String.join(",", port.sourceRanges()),
        some(
            port.endpoints().stream()
                .filter(ServiceList.Endpoint::used)
                .map(ServiceList.Endpoint::address)
                .toList(),
            ","),
        some(
            port.endpoints().stream()
                .filter(endpoint -> !endpoint.used())
                .map(endpoint -> endpoint.address() + " " + endpoint.reason())
                .toList(),
            "; "));
  }

  private static String some(List<String> all, String separator) {
    String shown = all.stream().limit(MOST_IN_CELL).collect(Collectors.joining(separator));
    return all.size() <= MOST_IN_CELL
        ? shown
        : shown + separator + "and " + (all.size() - MOST_IN_CELL) + " more";
  }
}
