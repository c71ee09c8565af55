package io.pointsman.agent.status;

import static io.pointsman.agent.status.Html.element;
import static io.pointsman.agent.status.Html.text;
import static io.pointsman.agent.status.Tables.code;

import io.pointsman.agent.health.HealthState;
import io.pointsman.agent.http.HttpAnswer;
import io.pointsman.agent.metrics.Outcome;
import io.pointsman.agent.status.Tables.Column;
import io.pointsman.kubernetes.UnreadableObject;
import io.pointsman.plan.Diagnostic;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** One page that tells a person what this proxy does. It needs nothing but itself: no script. */
public final class StatusPage {
  private static final int PROBLEMS_SHOWN = 100;

  private StatusPage() {}

  /** The page; browsers are told to run and load nothing, and to show it in no other page. */
  public static HttpAnswer answer(View view) {
    Stylesheet sheet = Stylesheet.ours();
    return HttpAnswer.of(200, "text/html; charset=utf-8", Html.document(page(view, sheet)))
        .with(
            "Content-Security-Policy",
            "default-src 'none'; style-src '"
                + sheet.hash()
                + "'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
        .with("Referrer-Policy", "no-referrer")
        .with("Cache-Control", "no-store");
  }

  private static Html page(View view, Stylesheet sheet) {
    String title = "Pointsman on " + view.node();
    return element(
            "html",
            element(
                "head",
                element("meta").with("charset", "utf-8"),
                element("meta")
                    .with("name", "viewport")
                    .with("content", "width=device-width, initial-scale=1"),
                element("title", title),
                element("style", new Html.Raw(sheet.text()))),
            element(
                "body",
                element("header", element("h1", title), states(view), links()),
                element(
                    "main",
                    facts(view),
                    problems(view),
                    new ServicesSection(view).html(),
                    syncs(view),
                    settings(view))))
        .with("lang", "en");
  }

  private static Html states(View view) {
    HealthState health = view.health();
    Instant now = view.now();
    return element(
            "ul",
            state(health.isReady(now), "Ready", "Not ready"),
            state(health.isHealthy(now), "Up to date", "Behind for too long"),
            state(health.synced(), "Sources read", "Sources not read yet"),
            state(
                health.unseen().isEmpty(),
                "Changes seen",
                "Changes not seen: " + String.join(", ", health.unseen())),
            state(
                health.unreadable().isEmpty(),
                "All objects readable",
                "Objects that cannot be read: " + health.unreadable().size()),
            state(health.isNodeEligible(), "Node eligible", "Node not eligible for traffic"))
        .with("class", "states");
  }

  private static Html state(boolean good, String yes, String no) {
    return element("li", good ? yes : no).with("class", good ? "good" : "bad");
  }

  private static Html links() {
    return element(
            "nav",
            Stream.of("metrics", "configz", "statusz", "flagz", "readyz")
                .map(name -> element("a", "/" + name).with("href", "/" + name)))
        .with("aria-label", "Other answers");
  }

  private static Html facts(View view) {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("Version", "Pointsman " + view.build().version());
    facts.put("Stands in for", "kube-proxy " + view.build().kubernetes());
    facts.put("Java", view.build().java());
    facts.put("Mode", view.mode());
    facts.put("Started", Times.of(view.started()));
    facts.put("Up", Statusz.up(Duration.between(view.started(), view.now())));
    view.inventories()
        .forEach((family, inventory) ->
            facts.put(
                family + " in the kernel",
                inventory.held().isEmpty()
                    ? "nothing yet"
                    : String.join(
                        ", ",
                        inventory.held().entrySet().stream()
                            .map(kind -> kind.getValue() + " " + kind.getKey())
                            .toList())));
    view.health()
        .unapplied(view.now())
        .forEach((family, age) ->
            facts.put(
                family + " oldest change not applied",
                age.isZero() ? "none" : Times.of(age) + " old"));
    return element("section", element("h2", "State"), Tables.pairs("This proxy", facts));
  }

  private static Html problems(View view) {
    List<Html> parts = new ArrayList<>();
    parts.add(element("h2", "Problems"));
    view.board()
        .lastTrouble()
        .ifPresent(line ->
            parts.add(
                element(
                    "p",
                    element("strong", "Last trouble: ").with("class", "bad"),
                    text(Times.of(line.ended()) + ", " + line.family() + ": "),
                    text(String.join("; ", line.troubles())))));
    List<List<Html>> rows = new ArrayList<>();
    for (UnreadableObject object : view.health().unreadable()) {
      rows.add(
          List.of(
              text(object.title()),
              text("all"),
              text("cannot be read: " + object.problem() + "; " + object.consequence())));
    }
    view.board()
        .plans()
        .forEach((family, plan) -> {
          for (Diagnostic problem : plan.diagnostics()) {
            rows.add(List.of(text(problem.object()), text(family), text(problem.problem())));
          }
        });
    parts.add(
        rows.isEmpty()
            ? element("p", "Nothing in the cluster that cannot be done as written.")
            : Tables.table(
                rows.size() > PROBLEMS_SHOWN
                    ? "The first %d of %d things that cannot be done as written"
                        .formatted(PROBLEMS_SHOWN, rows.size())
                    : "What cannot be done as written",
                List.of(Column.text("Object"), Column.text("Family"), Column.text("Problem")),
                rows.stream().limit(PROBLEMS_SHOWN).map(row -> row)));
    return element("section", parts.stream());
  }

  private static Html syncs(View view) {
    return element(
        "section",
        element("h2", "Last syncs"),
        Tables.table(
            "Newest first",
            List.of(
                Column.text("Ended"),
                Column.text("Family"),
                Column.text("Outcome"),
                Column.number("Events"),
                Column.number("Objects"),
                Column.number("Waited"),
                Column.number("Plan"),
                Column.number("Kernel"),
                Column.text("Notes")),
            view.board().syncs().stream().map(StatusPage::cells)));
  }

  private static List<Html> cells(SyncLine line) {
    List<String> notes = new ArrayList<>(line.troubles());
    notes.addAll(0, line.found());
    if (line.repairing()) {
      notes.addFirst("somebody else had touched our rules");
    }
    return List.of(
        text(Times.of(line.ended())),
        text(line.family()),
        element("span", line.outcome().toString().replace('_', ' '))
            .with("class", line.outcome() == Outcome.COMMITTED ? "good" : "bad"),
        text(line.events()),
        text(line.objects()),
        text(Times.of(line.waited())),
        text(Times.of(line.planning())),
        text(Times.of(line.committing())),
        code(String.join("; ", notes)));
  }

  private static Html settings(View view) {
    return element(
        "section",
        element("h2", "Configuration"),
        Tables.pairs("In effect; /configz has all of it", view.settings()));
  }
}
