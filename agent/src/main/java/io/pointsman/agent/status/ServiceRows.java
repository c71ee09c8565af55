package io.pointsman.agent.status;

import io.pointsman.model.ObjectName;
import io.pointsman.net.IpFamily;
import io.pointsman.plan.FamilyPlan;
import io.pointsman.plan.PortPlan;
import io.pointsman.plan.Route;
import io.pointsman.plan.ServicePlan;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A page of the ports of Services.
 *
 * @param rows those to be shown
 * @param page which page this is, from 1
 * @param pages how many there are, at least 1
 * @param found how many ports match
 */
record ServiceRows(List<Row> rows, int page, int pages, int found) {
  static final int PER_PAGE = 100;

  /** One port of one Service in one family. */
  record Row(IpFamily family, PortPlan port) {
    private static final Comparator<Row> ORDER =
        Comparator.<Row, io.pointsman.model.ServicePortName>comparing(row -> row.port.name())
            .thenComparing(Row::family);

    private boolean holds(String text) {
      return contains(port.name().display(), text)
          || port.frontends().stream()
              .anyMatch(frontend -> contains(frontend.destination().toString(), text))
          || port.reachable().stream().anyMatch(target -> contains(target.toString(), text));
    }

    private static boolean contains(String whole, String part) {
      return whole.toLowerCase(Locale.ROOT).contains(part);
    }
  }

  /** The page asked for, or the last one when there are fewer. */
  static ServiceRows of(Map<IpFamily, FamilyPlan> plans, View.Wish wish) {
    String text = wish.search().toLowerCase(Locale.ROOT);
    List<Row> found = new ArrayList<>();
    plans.forEach((family, plan) -> {
      for (Map.Entry<ObjectName, ServicePlan> service : plan.services()) {
        for (PortPlan port : service.getValue().ports()) {
          Row row = new Row(family, port);
          if (text.isEmpty() || row.holds(text)) {
            found.add(row);
          }
        }
      }
    });
    found.sort(Row.ORDER);
    int pages = Math.max(1, (found.size() + PER_PAGE - 1) / PER_PAGE);
    int page = Math.min(wish.page(), pages);
    int first = (page - 1) * PER_PAGE;
    return new ServiceRows(
        List.copyOf(found.subList(first, Math.min(first + PER_PAGE, found.size()))),
        page,
        pages,
        found.size());
  }

  /** A route in a few words. */
  static String words(Route route) {
    return switch (route) {
      case Route.Reject() -> "rejected: no endpoint";
      case Route.Drop() -> "dropped: no endpoint on this node";
      case Route.Internal(var targets) -> count(targets.size());
      case Route.External(var targets) -> count(targets.size()) + ", source hidden";
      case Route.ExternalLocal(var cluster, var local) ->
          local.isEmpty()
              ? "dropped: no endpoint on this node"
              : count(local.size()) + " of this node, source kept";
    };
  }

  private static String count(int targets) {
    return targets == 1 ? "1 endpoint" : targets + " endpoints";
  }
}
