package io.pointsman.kubernetes;

import io.pointsman.snapshot.ClusterEvent;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * One page of a list.
 *
 * @param version that the list stands for
 * @param rest token for the page after this one; empty when there is none
 */
record ListPage(String version, String rest) {
  /** So that the receiver works on the first objects while the last ones arrive. */
  private static final int BATCH = 500;

  /**
   * Reads a page as it arrives.
   *
   * @param bytes the answer's body, closed in the end
   * @param batches takes the page's objects, some at a time; its lists stay as they are
   * @throws UnreadableException when this is no list
   * @throws tools.jackson.core.JacksonException when this is no JSON or ends too early
   */
  static ListPage read(
      InputStream bytes, WatchedKind kind, Consumer<List<ApiObject<ClusterEvent>>> batches) {
    try (JsonInput in = JsonInput.of(bytes)) {
      Reader reader = new Reader(in, kind, batches);
      if (in.next()) {
        in.fields(reader::field);
        // The connection can be used again once its end has been seen.
        in.next();
      }
      return reader.end();
    }
  }

  private static final class Reader {
    private final JsonInput in;
    private final WatchedKind kind;
    private final Consumer<List<ApiObject<ClusterEvent>>> batches;
    private List<ApiObject<ClusterEvent>> batch = new ArrayList<>();
    private String version = "";
    private String rest = "";

    Reader(JsonInput in, WatchedKind kind, Consumer<List<ApiObject<ClusterEvent>>> batches) {
      this.in = in;
      this.kind = kind;
      this.batches = batches;
    }

    void field(String field) {
      switch (field) {
        case "metadata" -> in.fields(this::metadata);
        case "items" -> in.items(this::item);
        default -> {}
      }
    }

    private void metadata(String field) {
      switch (field) {
        case "resourceVersion" -> version = in.text();
        case "continue" -> rest = in.text();
        default -> {}
      }
    }

    private void item() {
      batch.add(kind.read(in));
      if (batch.size() == BATCH) {
        hand();
      }
    }

    private void hand() {
      batches.accept(batch);
      batch = new ArrayList<>();
    }

    /** An answer without a version, such as a stranger's, must not pass as an empty list. */
    ListPage end() {
      if (version.isEmpty()) {
        throw new UnreadableException(List.of("metadata", "resourceVersion"), "is missing");
      }
      hand();
      return new ListPage(version, rest);
    }
  }
}
