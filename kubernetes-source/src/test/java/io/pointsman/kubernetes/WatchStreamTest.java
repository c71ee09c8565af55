package io.pointsman.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.pointsman.kubernetes.WatchStream.Change;
import io.pointsman.kubernetes.WatchStream.End;
import io.pointsman.kubernetes.WatchStream.What;
import io.pointsman.model.ObjectName;
import io.pointsman.snapshot.ClusterEvent.ServiceSet;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WatchStreamTest {
  private final List<List<Change>> batches = new ArrayList<>();

  private static String event(String type, String name, int version) {
    return """
    {"type":"%s","object":{"kind":"Service","metadata":{"namespace":"shop","name":"%s",\
    "resourceVersion":"%d","labels":{"naïve":"☃"}},"spec":{"clusterIP":"10.0.0.1"}}}
    """
        .formatted(type, name, version);
  }

  private static String error(String code) {
    return "{\"type\":\"ERROR\",\"object\":{\"kind\":\"Status\"" + code + "}}\n";
  }

  private WatchStream watch(InputStream bytes) {
    return new WatchStream(bytes, Kinds.SERVICES, batches::add);
  }

  private List<Change> changes() {
    return batches.stream().flatMap(List::stream).toList();
  }

  @Test
  void tellsWhatHappenedToWhich() {
    assertThat(
            watch(
                    Portions.of(
                        event("ADDED", "a", 1),
                        event("MODIFIED", "b", 2),
                        event("DELETED", "a", 3),
                        "{\"type\":\"BOOKMARK\",\"object\":{\"metadata\":{\"resourceVersion\":\"9\"}}}"))
                .read())
        .isEqualTo(End.OVER);
    assertThat(changes())
        .extracting(
            change -> change.name().name(),
            Change::version,
            change -> change.what().getClass().getSimpleName())
        .containsExactly(
            tuple("a", "1", "Set"),
            tuple("b", "2", "Set"),
            tuple("a", "3", "Gone"),
            tuple("", "9", "Bookmark"));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void itDoesNotMatterHowTheBytesArrive(long seed) {
    Random random = new Random(seed);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 300; i++) {
      text.append(event(random.nextInt(4) == 0 ? "DELETED" : "MODIFIED", "s" + i, i));
    }
    byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
    watch(Portions.of(text.toString())).read();
    List<Change> whole = changes();
    batches.clear();

    List<byte[]> portions = new ArrayList<>();
    for (int at = 0; at < bytes.length; ) {
      int end = Math.min(bytes.length, at + random.nextInt(random.nextBoolean() ? 3 : 2000));
      portions.add(Arrays.copyOfRange(bytes, at, end));
      at = end;
    }
    watch(new Portions(portions, () -> {})).read();
    assertThat(changes()).hasSize(300).isEqualTo(whole);
  }

  @Test
  void whatIsThereIsHandedOnBeforeTheNextIsWaitedFor() {
    String three = event("ADDED", "a", 1) + event("ADDED", "b", 2) + event("ADDED", "c", 3);
    String half = three.substring(0, three.length() / 2);
    List<byte[]> portions = new ArrayList<>();
    portions.add(event("ADDED", "lone", 0).getBytes(StandardCharsets.UTF_8));
    portions.add((three + half).getBytes(StandardCharsets.UTF_8));
    portions.add(three.substring(half.length()).getBytes(StandardCharsets.UTF_8));
    List<Integer> handedOnAtEachWait = new ArrayList<>();
    watch(new Portions(portions, () -> handedOnAtEachWait.add(changes().size()))).read();
    assertThat(handedOnAtEachWait).containsExactly(0, 1, 5, 7);
    assertThat(batches).extracting(List::size).containsExactly(1, 4, 2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          , "code": 410 | GONE
          , "code": 500 | CUT
          ''            | GONE
          """)
  void onlyAnEndThatForgetsTheVersionCannotBeResumed(String code, End end) {
    Portions bytes = Portions.of(event("ADDED", "a", 1), error(code), event("ADDED", "b", 2));
    assertThat(watch(bytes).read()).isEqualTo(end);
    assertThat(changes()).hasSize(1);
    assertThat(bytes.closed()).isTrue();
  }

  @Test
  void aWatchThatBroughtNothingMayBeResumedToo() {
    assertThat(watch(Portions.of()).read()).isEqualTo(End.OVER);
  }

  @Test
  void aWatchThatIsCutWithinAChangeIsResumedBeforeIt() {
    String cut = event("ADDED", "b", 2);
    assertThat(watch(Portions.of(event("ADDED", "a", 1), cut.substring(0, 40))).read())
        .isEqualTo(End.CUT);
    assertThat(changes()).extracting(Change::version).containsExactly("1");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"type":"ODD","object":{}}                                      | type: is 'ODD'
          {"type":"ADDED"}                                                | object: is missing
          {"type":"ADDED","object":{"spec":{"ports":[null,{"port":""}]}}} | object.spec.ports[1].port: a
          {"type":"ADDED","object":{"spec":{"clusterIP":{}}}}             | object.spec.clusterIP: a text
          {"type":"ADDED","object":{"spec":[]}}                           | object.spec: a mapping
          []                                                              | : a mapping
          """)
  void whatIsNoChangeIsRefusedAfterThoseThatAre(String text, String problem) {
    WatchStream watch = watch(Portions.of(event("ADDED", "a", 1), text));
    assertThatThrownBy(watch::read)
        .isInstanceOf(UnreadableException.class)
        .hasMessageStartingWith(problem);
    assertThat(changes()).hasSize(1);
  }

  @Test
  void anObjectThatCannotBeReadIsOneOfTheChanges() {
    String wrong = event("MODIFIED", "b", 2).replace("\"10.0.0.1\"", "[{}]");
    assertThat(
            watch(Portions.of(event("ADDED", "a", 1), wrong, wrong.replace("MODIFIED", "DELETED")))
                .read())
        .isEqualTo(End.OVER);
    assertThat(changes())
        .extracting(change -> change.name().name(), Change::version)
        .containsExactly(tuple("a", "1"), tuple("b", "2"), tuple("b", "2"));
    assertThat(changes().get(1).what())
        .isEqualTo(
            new What.Unreadable(
                new Fault(List.of("spec", "clusterIP"), "a list", "a text is expected")));
    assertThat(changes().get(2).what()).isEqualTo(new What.Gone());
  }

  @Test
  void textsThatRepeatAreHeldOnce() {
    watch(Portions.of(event("ADDED", "a", 1), event("MODIFIED", "a", 2))).read();
    List<ObjectName> names =
        changes().stream()
            .map(change -> ((ServiceSet) ((What.Set) change.what()).event()).service().name())
            .toList();
    assertThat(names.get(0).namespace()).isSameAs(names.get(1).namespace());
    assertThat(names.get(0).name()).isSameAs(names.get(1).name());
  }
}
