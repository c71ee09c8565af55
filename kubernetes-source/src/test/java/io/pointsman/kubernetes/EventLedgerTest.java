package io.pointsman.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.pointsman.kubernetes.EventLedger.Write;
import io.pointsman.model.ObjectName;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EventLedgerTest {
  private static final Instant START = Instant.parse("2026-11-25T08:00:00.000000001Z");

  private final EventLedger ledger = new EventLedger();

  private static ApiEvent event(String note) {
    return new ApiEvent(
        ApiEvent.Regarding.service(new ObjectName("shop", "web")), true, "Reason", "Action", note);
  }

  @Test
  void whatHappensAgainIsOneObjectWithACount() {
    ApiEvent event = event("port taken");
    String name = "web." + Long.toHexString(1_795_593_600_000_000_001L);
    assertThat(ledger.happened(event, START)).contains(new Write.Create(event, name, START));
    Instant again = START.plusSeconds(30);
    assertThat(ledger.happened(event, again)).contains(new Write.Count(event, name, 2, again));
    List<Write> written = new ArrayList<>();
    Instant last = again;
    for (int i = 0; i < 60; i++) {
      last = last.plusSeconds(30);
      ledger.happened(event, last).ifPresent(written::add);
    }
    // Half an hour of it: five writes instead of sixty.
    assertThat(written).hasSize(5).last().isEqualTo(new Write.Count(event, name, 62, last));
  }

  @Test
  void afterAWhileItIsAnotherObject() {
    ledger.happened(event("a"), START);
    Instant later = START.plus(EventLedger.SERIES_GAP).plusSeconds(1);
    assertThat(ledger.happened(event("a"), later)).get().isInstanceOf(Write.Create.class);
    ledger.forget(event("a"));
    assertThat(ledger.happened(event("a"), later)).get().isInstanceOf(Write.Create.class);
  }

  @Test
  void anObjectGetsSoManyAndThenOneNowAndThen() {
    long created = 0;
    for (int i = 0; i < 100; i++) {
      created += ledger.happened(event("n" + i), START).stream().count();
    }
    assertThat(created).isEqualTo(EventLedger.BURST);
    ApiEvent other =
        new ApiEvent(ApiEvent.Regarding.node("n1"), false, "Starting", "StartKubeProxy", "");
    assertThat(ledger.happened(other, START)).isPresent();
    Instant later = START.plus(EventLedger.ONE_MORE);
    assertThat(ledger.happened(event("one"), later)).isPresent();
    assertThat(ledger.happened(event("two"), later)).isEmpty();
    assertThat(ledger.happened(event("two"), later.plus(Duration.ofDays(1))))
        .isNotEqualTo(Optional.empty());
  }
}
