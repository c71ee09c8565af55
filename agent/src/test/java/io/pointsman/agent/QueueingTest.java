package io.pointsman.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.pointsman.kubernetes.UnreadableObject;
import io.pointsman.model.ObjectName;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class QueueingTest {
  private static UnreadableObject service(String name, String problem) {
    return new UnreadableObject("services", new ObjectName("shop", name), problem, true);
  }

  @Test
  void whatCannotBeReadIsToldOnce() {
    Set<UnreadableObject> first = Set.of(service("web", "spec is 5: a mapping is expected"));
    UnreadableObject node =
        new UnreadableObject("nodes", new ObjectName("", "n1"), "spec is 6: a mapping", false);
    Set<UnreadableObject> both = Set.of(first.iterator().next(), node);
    assertThat(Queueing.newlyUnreadable(Set.of(), first))
        .containsExactly(
            "services shop/web cannot be read: spec is 5: a mapping is expected; its last readable"
                + " state stays in force until it is corrected or deleted:"
                + " kubectl get services web -n shop -o json");
    assertThat(Queueing.newlyUnreadable(first, both))
        .containsExactly(
            "nodes n1 cannot be read: spec is 6: a mapping; it is left out until it is corrected"
                + " or deleted: kubectl get nodes n1 -o json");
    assertThat(Queueing.newlyUnreadable(both, first)).isEmpty();
    assertThat(Queueing.recovered(both, first)).containsExactly("nodes n1");
  }

  @Test
  void anotherFaultOfTheSameObjectIsToldAndNoRecovery() {
    Set<UnreadableObject> before = Set.of(service("web", "spec is 5"));
    Set<UnreadableObject> now = Set.of(service("web", "spec is 6"));
    assertThat(Queueing.newlyUnreadable(before, now)).hasSize(1);
    assertThat(Queueing.recovered(before, now)).isEmpty();
  }

  @Test
  void manyAtOnceDoNotFloodTheLog() {
    Set<UnreadableObject> many =
        IntStream.range(0, 500).mapToObj(i -> service("s" + i, "x")).collect(Collectors.toSet());
    List<String> lines = Queueing.newlyUnreadable(Set.of(), many);
    assertThat(lines).hasSize(11);
    assertThat(lines.getFirst()).startsWith("services shop/s0 ");
    assertThat(lines.getLast())
        .isEqualTo("490 more objects cannot be read: the status page lists them");
  }
}
