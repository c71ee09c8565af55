package io.pointsman.agent.status;

import static io.pointsman.agent.status.Html.element;
import static io.pointsman.agent.status.Html.text;
import static io.pointsman.agent.status.Tables.code;

import io.pointsman.agent.metrics.Traffic;
import io.pointsman.agent.status.Tables.Column;
import io.pointsman.dataplane.Hits;
import io.pointsman.plan.PortPlan;
import io.pointsman.plan.Target;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The Services of the status page. */
final class ServicesSection {
  private static final int ENDPOINTS_SHOWN = 8;

  private final View view;
  private final ServiceRows rows;

  ServicesSection(View view) {
    this.view = view;
    this.rows = ServiceRows.of(view.board().plans(), view.wish());
  }

  Html html() {
    return element(
            "section",
            element("h2", "Services"),
            search(),
            element("p", trafficNote()),
            Tables.table(caption(), columns(), rows.rows().stream().map(this::cells)),
            pages())
        .with("id", "services");
  }

  private String caption() {
    String range = rows.pages() == 1 ? "" : ", page %d of %d".formatted(rows.page(), rows.pages());
    String matching = view.wish().search().isEmpty() ? "" : " that match";
    return "%d ports of Services%s%s".formatted(rows.found(), matching, range);
  }

  private Html search() {
    return element(
            "form",
            element("label", "Name or address").with("for", "q"),
            element("input")
                .with("id", "q")
                .with("name", "q")
                .with("type", "search")
                .with("value", view.wish().search()),
            element("button", "Search").with("type", "submit"))
        .with("action", "/status")
        .with("role", "search");
  }

  private Html trafficNote() {
    if (!view.counts()) {
      return text("Mode " + view.mode() + " does not count connections by Service.");
    }
    Html link = element("a", "Read them now").with("href", href(rows.page(), true));
    return view.traffic()
        .<Html>map(traffic ->
            element(
                "span",
                text("Connections as the kernel counted them at " + Times.of(traffic.at())),
                text(". "),
                link))
        .orElseGet(() ->
            element("span", text("The kernel's counts of connections have not been read. "), link));
  }

  private List<Column> columns() {
    List<Column> columns =
        new ArrayList<>(
            List.of(
                Column.text("Service port"),
                Column.text("Family"),
                Column.text("Reached at"),
                Column.text("From the cluster"),
                Column.text("From outside"),
                Column.text("Endpoints in use")));
    if (view.traffic().isPresent()) {
      columns.add(Column.number("Connections"));
      columns.add(Column.number("Refused packets"));
    }
    return columns;
  }

  private List<Html> cells(ServiceRows.Row row) {
    PortPlan port = row.port();
    List<Html> cells =
        new ArrayList<>(
            List.of(
                text(port.name()),
                text(row.family()),
                Tables.list(
                    port.frontends().stream()
                        .map(frontend ->
                            element(
                                "span", code(frontend.destination()), text(" "), kind(frontend)))),
                text(ServiceRows.words(port.internal())),
                text(ServiceRows.words(port.external())),
                endpoints(port)));
    Optional<Traffic> traffic = view.traffic();
    if (traffic.isPresent()) {
      Hits hits = traffic.get().hits(row.family(), port.name());
      cells.add(text(hits.served()));
      cells.add(text(hits.refused()));
    }
    return cells;
  }

  private static Html kind(io.pointsman.plan.Frontend frontend) {
    return element("span", frontend.kind().toString()).with("class", "faint");
  }

  private static Html endpoints(PortPlan port) {
    List<Target> all = port.reachable();
    int shown = Math.min(all.size(), ENDPOINTS_SHOWN);
    Stream<Html> items = all.stream().limit(shown).map(ServicesSection::endpoint);
    Stream<Html> rest =
        all.size() > shown
            ? Stream.of(
                element("span", "and %d more".formatted(all.size() - shown)).with("class", "faint"))
            : Stream.empty();
    return Tables.list(Stream.concat(items, rest));
  }

  private static Html endpoint(Target target) {
    return target.local()
        ? element(
            "span", code(target), text(" "), element("span", "this node").with("class", "faint"))
        : code(target);
  }

  private Html pages() {
    List<Html> links = new ArrayList<>();
    if (rows.page() > 1) {
      links.add(element("a", "Previous page").with("href", href(rows.page() - 1, false)));
    }
    if (rows.page() < rows.pages()) {
      links.add(element("a", "Next page").with("href", href(rows.page() + 1, false)));
    }
    return element("nav", links.stream()).with("class", "pages").with("aria-label", "Pages");
  }

  private String href(int page, boolean count) {
    return "/status?q="
        + URLEncoder.encode(view.wish().search(), StandardCharsets.UTF_8)
        + "&page="
        + page
        + (count ? "&count=now" : "")
        + "#services";
  }
}
