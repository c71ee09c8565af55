package io.pointsman.agent.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HeapUpkeepTest {
  @ParameterizedTest
  @CsvSource({
    // After the first sync of a small cluster, and of a large one.
    "12, 0, 60, false",
    "50, 0, 60, true",
    // A tenth is garbage; a quarter and more; soon after the last collection.
    "110, 100, 3600, false",
    "145, 100, 60, true",
    "145, 100, 59, false",
    // In a storm: soon, but not before it is worth it.
    "230, 100, 1, false",
    "235, 100, 1, true",
  })
  void collectsSeldomUnlessMuchIsWasted(long used, long live, long seconds, boolean due) {
    assertThat(HeapUpkeep.isDue(used << 20, live << 20, Duration.ofSeconds(seconds)))
        .isEqualTo(due);
  }

  @Test
  void measuresWhatIsLeftAfterACollection() {
    AtomicLong used = new AtomicLong(50L << 20);
    AtomicLong now = new AtomicLong(-5);
    AtomicInteger collections = new AtomicInteger();
    HeapUpkeep upkeep =
        new HeapUpkeep(
            used::get,
            () -> {
              collections.incrementAndGet();
              used.set(30L << 20);
            },
            now::get);
    upkeep.consider();
    assertThat(collections).hasValue(1);
    upkeep.consider();
    used.set(55L << 20);
    upkeep.consider();
    assertThat(collections).as("too soon").hasValue(1);
    now.addAndGet(Duration.ofMinutes(1).toNanos());
    upkeep.consider();
    assertThat(collections).hasValue(2);
    used.set(93L << 20);
    upkeep.consider();
    assertThat(collections).as("much is wasted").hasValue(3);
  }
}
