package io.pointsman.agent.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.pointsman.agent.health.HealthState;
import io.pointsman.agent.http.HttpAnswer;
import io.pointsman.agent.metrics.Build;
import io.pointsman.agent.metrics.Traffic;
import io.pointsman.agent.testing.Reports;
import io.pointsman.dataplane.CommitResult;
import io.pointsman.dataplane.Hits;
import io.pointsman.dataplane.Inventory;
import io.pointsman.model.ObjectName;
import io.pointsman.model.ServicePortName;
import io.pointsman.net.IpAddress;
import io.pointsman.net.IpFamily;
import io.pointsman.net.Protocol;
import io.pointsman.plan.Destination;
import io.pointsman.plan.Diagnostic;
import io.pointsman.plan.FamilyPlan;
import io.pointsman.plan.Frontend;
import io.pointsman.plan.PortPlan;
import io.pointsman.plan.Route;
import io.pointsman.plan.ServicePlan;
import io.pointsman.plan.Target;
import java.io.StringReader;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class StatusPageTest {
  private static final Instant NOW = Instant.parse("2026-11-25T08:00:00Z");
  private static final String EVIL = "<script>alert(1)</script>\"'&";

  private static PortPlan port(ObjectName name, int id) {
    List<Target> targets =
        IntStream.range(1, 13)
            .mapToObj(i -> new Target(IpAddress.of("10.244." + id % 250 + "." + i), 8080, i == 1))
            .toList();
    return new PortPlan(
        new ServicePortName(name, "http", Protocol.TCP),
        List.of(
            new Frontend(
                Frontend.Kind.CLUSTER_IP,
                new Destination.Virtual(
                    IpAddress.of("10.96." + id / 250 + "." + (id % 250 + 1)), Protocol.TCP, 80))),
        new Route.Internal(targets),
        new Route.External(targets),
        0,
        List.of(),
        targets);
  }

  private static FamilyPlan plan(int services) {
    FamilyPlan plan = FamilyPlan.empty(Reports.context(IpFamily.IPV4));
    for (int id = 0; id < services; id++) {
      ObjectName name = new ObjectName("shop", "svc-%05d".formatted(id));
      List<Diagnostic> problems =
          id == 3 ? List.of(new Diagnostic("Service " + name, EVIL)) : List.of();
      plan =
          new FamilyPlan(
              plan.context(),
              plan.services()
                  .with(
                      name,
                      new ServicePlan(
                          name, NOW, List.of(port(name, id)), Optional.empty(), problems)),
              plan.inputs(),
              plan.wishes(),
              plan.claims());
    }
    return plan;
  }

  private static View view(Board board, Optional<Traffic> traffic, View.Wish wish) {
    return new View(
        new Build("0.1.0", "1.36.2", "25", "linux/amd64"),
        "node-" + EVIL,
        "nftables",
        NOW.minusSeconds(60),
        NOW,
        HealthState.starting(
            EnumSet.of(IpFamily.IPV4), Duration.ofMinutes(1), true, NOW.minusSeconds(60)),
        board,
        Map.of(IpFamily.IPV4, new Inventory(Map.of("chains", 7L), Map.of())),
        true,
        traffic,
        Map.of("Masquerade all", "false"),
        wish);
  }

  private static Board board(int services) {
    return Board.EMPTY.after(Reports.committed(plan(services)), NOW);
  }

  private static View.Wish wish(String search, String page) {
    return View.Wish.of(Optional.of(search), Optional.of(page));
  }

  /** The page happens to be XML but for its elements without end. */
  private static Document parse(String page) throws Exception {
    String xml = page.replaceAll("<(meta|input)([^>]*)>", "<$1$2/>");
    return DocumentBuilderFactory.newDefaultInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(xml.replaceFirst("<!DOCTYPE html>", ""))));
  }

  private static List<String> texts(Document page, String tag) {
    NodeList nodes = page.getElementsByTagName(tag);
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < nodes.getLength(); i++) {
      texts.add(nodes.item(i).getTextContent());
    }
    return texts;
  }

  @Test
  void whatComesFromTheClusterStaysText() throws Exception {
    HttpAnswer answer =
        StatusPage.answer(
            view(
                board(5)
                    .after(Reports.of(plan(5), new CommitResult.Unknown("reason " + EVIL)), NOW),
                Optional.empty(),
                wish(EVIL, "1")));
    assertThat(answer.body()).doesNotContain("<script");
    Document page = parse(answer.body());
    assertThat(texts(page, "h1")).containsExactly("Pointsman on node-" + EVIL);
    assertThat(texts(page, "td")).contains(EVIL).anyMatch(text -> text.contains("reason " + EVIL));
    assertThat(answer.headers())
        .anyMatch(header ->
            header.name().equals("Content-Security-Policy")
                && header.value().startsWith("default-src 'none'; style-src 'sha256-"));
  }

  @Test
  void tenThousandServicesArePagedAndSearched() throws Exception {
    Board board = board(10_000);
    Document first = parse(StatusPage.answer(view(board, Optional.empty(), wish("", "1"))).body());
    assertThat(texts(first, "th")).contains("shop/svc-00000:http/tcp", "shop/svc-00099:http/tcp");
    assertThat(texts(first, "th")).doesNotContain("shop/svc-00100:http/tcp");
    assertThat(texts(first, "caption")).contains("10000 ports of Services, page 1 of 100");
    assertThat(texts(first, "li")).contains("10.244.0.1:8080 this node", "and 4 more");
    Document last = parse(StatusPage.answer(view(board, Optional.empty(), wish("", "777"))).body());
    assertThat(texts(last, "th")).contains("shop/svc-09999:http/tcp");
    assertThat(texts(last, "a")).contains("Previous page").doesNotContain("Next page");
    Document found =
        parse(StatusPage.answer(view(board, Optional.empty(), wish("SVC-0123", "1"))).body());
    assertThat(texts(found, "caption")).contains("10 ports of Services that match");
    Document byAddress =
        parse(StatusPage.answer(view(board, Optional.empty(), wish("10.96.4.7:80", "1"))).body());
    assertThat(texts(byAddress, "th")).contains("shop/svc-01006:http/tcp");
  }

  @Test
  void trafficIsShownOnceItHasBeenRead() throws Exception {
    ServicePortName name =
        new ServicePortName(new ObjectName("shop", "svc-00001"), "http", Protocol.TCP);
    Traffic traffic = new Traffic(NOW, Map.of(IpFamily.IPV4, Map.of(name, new Hits(1234, 56))));
    Board board = board(3);
    Document before = parse(StatusPage.answer(view(board, Optional.empty(), wish("", "1"))).body());
    assertThat(texts(before, "th")).doesNotContain("Connections");
    Document after =
        parse(StatusPage.answer(view(board, Optional.of(traffic), wish("", "1"))).body());
    assertThat(texts(after, "th")).contains("Connections", "Refused packets");
    assertThat(texts(after, "td")).contains("1234", "56", "0");
  }

  @Test
  void everyTableSaysWhatItIs() throws Exception {
    Document page =
        parse(StatusPage.answer(view(board(5), Optional.empty(), wish("", "1"))).body());
    assertThat(texts(page, "caption")).hasSameSizeAs(texts(page, "table"));
    NodeList headings = page.getElementsByTagName("th");
    for (int i = 0; i < headings.getLength(); i++) {
      assertThat(headings.item(i).getAttributes().getNamedItem("scope")).isNotNull();
    }
    assertThat(page.getDocumentElement().getAttribute("lang")).isEqualTo("en");
  }

  @Test
  void aWishThatMakesNoSenseIsTheFirstPage() {
    assertThat(View.Wish.of(Optional.empty(), Optional.of("-1"))).isEqualTo(new View.Wish("", 1));
    assertThat(wish(" a ", "99999999999")).isEqualTo(new View.Wish("a", 1));
    assertThat(wish("", "0").page()).isEqualTo(1);
  }

  @Test
  void theLastSyncsAndTheLastTroubleAreRemembered() {
    Board board = Board.EMPTY;
    FamilyPlan plan = plan(1);
    board = board.after(Reports.of(plan, new CommitResult.Unknown("once")), NOW);
    assertThat(board.plans()).isEmpty();
    for (int i = 0; i < 30; i++) {
      board = board.after(Reports.committed(plan), NOW.plusSeconds(i));
    }
    assertThat(board.syncs()).hasSize(20);
    assertThat(board.syncs().getFirst().ended()).isEqualTo(NOW.plusSeconds(29));
    assertThat(board.lastTrouble().orElseThrow().troubles()).containsExactly("once");
    assertThat(board.plans()).containsOnlyKeys(IpFamily.IPV4);
  }
}
