package io.pointsman.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Figures as people read them. */
class ReportTest {
  private static final Machine BUSY =
      new Machine(LocalDate.of(2026, 1, 2), 2, "6.1", "25", "1.0.6", "1.8.9", 1.5);

  @Test
  void saysWhatWasMetAndWhatWasNot() {
    Figure met = figure(new Measure.Value(20), new Measure.Value(100)).wantedFaster(3);
    Figure missed = figure(new Measure.Value(50), new Measure.Value(100)).wantedFaster(3);
    Figure stopped = figure(new Measure.Value(0.5), new Measure.Beyond(120_000)).wantedAtMost(1);
    String text = new Report(BUSY, "bench", List.of(met, missed, stopped)).markdown();
    assertThat(text)
        .contains("2026-01-02, 2 cores, Linux 6.1, JDK 25, nft 1.0.6, iptables 1.8.9")
        .contains("load average 1.50")
        .contains("| T6 | thing | 10 x 3 | 20 ms | 100 ms | 5 | >= 3 times faster: met |")
        .contains("| 50 ms | 100 ms | 2 | >= 3 times faster: MISSED |")
        .contains("| 0.5 ms | stopped after 120,000 ms | > 240,000 | <= 1 ms: met |");
  }

  @Test
  void comparesOnlyWhatIsKnown() {
    Figure alone = figure(new Measure.Value(20), Measure.none());
    assertThat(alone.ratio()).isEmpty();
    assertThat(alone.wantedFaster(3).target()).map(Figure.Target::isMet).hasValue(false);
    assertThat(new Report(BUSY, "bench", List.of(alone)).text()).contains("20 ms");
  }

  @Test
  void aPlotHasALineForEachOfTheTwo() {
    Figure small = figure(new Measure.Value(1), new Measure.Value(100));
    Figure large =
        new Figure(
            "T6",
            "nft: thing",
            new Size(1000, 3),
            new Measure.Value(2),
            new Measure.Beyond(5000),
            "ms",
            Optional.empty());
    String svg = Plot.of("Title", "thing", 3, List.of(small, large)).svg();
    assertThat(svg).contains(">Title<", ">Pointsman, nft<", ">kube-proxy's shape, nft<", ">5,000<");
    assertThat(Plot.of("Title", "other", 3, List.of(small)).svg()).contains(">Title<", "</svg>");
  }

  @Test
  void outcomesOfTrialsAreReadBack() {
    assertThat(Trial.parse("value 1.5\nbeyond 2000\nmissing no tool\nvalue 3\n"))
        .isEqualTo(
            new Trial.Outcome(
                new Measure.Value(1.5),
                new Measure.Beyond(2000),
                new Measure.Missing("no tool"),
                new Measure.Value(3)));
  }

  private static Figure figure(Measure ours, Measure peer) {
    return new Figure("T6", "thing", new Size(10, 3), ours, peer, "ms", Optional.empty());
  }
}
