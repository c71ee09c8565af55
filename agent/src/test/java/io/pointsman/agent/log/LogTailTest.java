package io.pointsman.agent.log;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LogTailTest {
  @Test
  void theLastRecordsAreKept() {
    LogTail tail = new LogTail(10);
    tail.add("one\n");
    tail.add("two\n");
    assertThat(tail.records()).containsExactly("one\n", "two\n");
    tail.add("three\n");
    assertThat(tail.records()).as("at most ten characters").containsExactly("two\n", "three\n");
  }

  @Test
  void whatIsLongerAloneIsCut() {
    LogTail tail = new LogTail(4);
    tail.add("longer\n");
    assertThat(tail.records()).containsExactly("long");
    LogTail nothing = new LogTail(0);
    nothing.add("x");
    assertThat(nothing.records()).isEmpty();
  }
}
