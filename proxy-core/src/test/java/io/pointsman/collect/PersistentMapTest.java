package io.pointsman.collect;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PersistentMapTest {
  /** A key whose hash codes collide wholly or in part. */
  private record Key(int id) {
    @Override
    public int hashCode() {
      return id % 7 == 0 ? 42 : id % 50;
    }
  }

  private static Map<Key, Integer> copy(PersistentMap<Key, Integer> map) {
    Map<Key, Integer> copy = new HashMap<>();
    map.forEach(entry -> copy.put(entry.getKey(), entry.getValue()));
    return copy;
  }

  @Test
  void behavesLikeAHashMapAndTellsExactDifferences() {
    Random random = new Random(7);
    Map<Key, Integer> model = new HashMap<>();
    PersistentMap<Key, Integer> map = PersistentMap.empty();
    for (int step = 0; step < 20_000; step++) {
      Map<Key, Integer> modelBefore = new HashMap<>(model);
      PersistentMap<Key, Integer> before = map;
      for (int i = random.nextInt(4); i >= 0; i--) {
        Key key = new Key(random.nextInt(200));
        if (random.nextBoolean()) {
          int value = random.nextInt(3);
          model.put(key, value);
          map = map.with(key, value);
        } else {
          model.remove(key);
          map = map.without(key);
        }
      }
      assertThat(copy(map)).as("step %d", step).isEqualTo(model);
      assertThat(map.size()).isEqualTo(model.size());
      assertThat(applied(modelBefore, before, map)).as("step %d", step).isEqualTo(model);
    }
  }

  private static Map<Key, Integer> applied(
      Map<Key, Integer> before, PersistentMap<Key, Integer> from, PersistentMap<Key, Integer> to) {
    Map<Key, Integer> result = new HashMap<>(before);
    from.difference(
        to,
        new PersistentMap.Changes<>() {
          @Override
          public void added(Key key, Integer value) {
            assertThat(result.put(key, value)).isNull();
          }

          @Override
          public void removed(Key key, Integer value) {
            assertThat(result.remove(key)).isEqualTo(value);
          }

          @Override
          public void changed(Key key, Integer old, Integer now) {
            assertThat(old).isNotEqualTo(now);
            assertThat(result.put(key, now)).isEqualTo(old);
          }
        });
    return result;
  }

  @Test
  void shapeDependsOnContentAlone() {
    PersistentMap<Key, Integer> up = PersistentMap.empty();
    PersistentMap<Key, Integer> down = PersistentMap.empty();
    for (int i = 0; i < 500; i++) {
      up = up.with(new Key(i), i);
      down = down.with(new Key(499 - i), 499 - i);
    }
    for (int i = 500; i < 900; i++) {
      up = up.with(new Key(i), i);
    }
    for (int i = 500; i < 900; i++) {
      up = up.without(new Key(i));
    }
    assertThat(up).isEqualTo(down).hasSameHashCodeAs(down);
  }

  @Test
  void aBuilderEndsWhereSingleChangesEndAndLeavesEarlierMapsAlone() {
    Random random = new Random(11);
    PersistentMap<Key, Integer> single = PersistentMap.empty();
    PersistentMap.Builder<Key, Integer> builder = single.builder();
    for (int round = 0; round < 300; round++) {
      PersistentMap<Key, Integer> earlier = builder.build();
      Map<Key, Integer> held = copy(earlier);
      for (int i = random.nextInt(30); i >= 0; i--) {
        Key key = new Key(random.nextInt(200));
        if (random.nextInt(5) < 3) {
          int value = random.nextInt(3);
          single = single.with(key, value);
          builder.put(key, value);
        } else {
          single = single.without(key);
          builder.remove(key);
        }
        assertThat(builder.get(key)).isEqualTo(single.get(key));
      }
      assertThat(builder.build()).isEqualTo(single);
      assertThat(builder.build().size()).isEqualTo(single.size());
      assertThat(copy(earlier)).isEqualTo(held);
    }
  }
}
