package io.pointsman.lab.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pointsman.lab.scenario.Manifest;
import io.pointsman.lab.scenario.ObjectKey;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/** Lists the objects of a kind and watches them; lists again when a watch cannot go on. */
final class Follower implements Runnable {
  private static final Duration PAUSE = Duration.ofMillis(200);

  private final Kind kind;
  private final ApiLink api;
  private final Consumer<News> listener;

  /** What has become of objects. */
  sealed interface News {
    /** These are all of a kind. */
    record All(Kind kind, List<Manifest> objects) implements News {}

    /** This is how one is now. */
    record Now(Manifest object) implements News {}

    /** One was deleted, at a version. */
    record Gone(ObjectKey key, long version) implements News {}
  }

  Follower(Kind kind, ApiLink api, Consumer<News> listener) {
    this.kind = kind;
    this.api = api;
    this.listener = listener;
  }

  /** Follows until it is interrupted. */
  @Override
  public void run() {
    try {
      while (true) {
        try {
          ApiLink.Listing listing = api.list(kind);
          listener.accept(new News.All(kind, listing.objects()));
          watch(listing.version());
        } catch (IOException retried) {
          // The next list tells all that was missed.
        }
        Thread.sleep(PAUSE);
      }
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
  }

  private void watch(String from) throws IOException, InterruptedException {
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(api.watch(kind, from), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        JsonNode event = ApiLink.event(line);
        switch (event.path("type").asText()) {
          case "ADDED", "MODIFIED" ->
              listener.accept(new News.Now(Manifest.of((ObjectNode) event.path("object"))));
          case "DELETED" -> {
            Manifest gone = Manifest.of((ObjectNode) event.path("object"));
            listener.accept(new News.Gone(gone.key(), View.version(gone)));
          }
          default -> {
            return;
          }
        }
      }
    }
  }
}
