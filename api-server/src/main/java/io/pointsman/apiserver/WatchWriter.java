package io.pointsman.apiserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** Turns what the store has for a watch into events. */
final class WatchWriter {
  private static final Printed PRINTED = new Printed(InstantSource.system());

  private final BodyEvents out;
  private final ByteArrayOutputStream event = new ByteArrayOutputStream(4096);

  private final boolean printed;

  /**
   * @param printed true when each object is to be a table of one row
   */
  WatchWriter(BodyEvents out, boolean printed) {
    this.out = out;
    this.printed = printed;
  }

  /** Sends all there is until the watch ends. */
  void run(Store store, Watch watch) throws IOException, InterruptedException {
    Watch.Batch batch;
    do {
      batch = store.next(watch);
      for (Stored object : batch.initial()) {
        object("ADDED", object);
      }
      if (batch.initialBookmark()) {
        bookmark(watch.table.resource(), watch.after, true);
      }
      for (Change change : batch.changes()) {
        if (change.version() > watch.after) {
          change(watch.filter, change);
        }
      }
      if (batch.bookmark().isPresent()) {
        bookmark(watch.table.resource(), batch.bookmark().get(), false);
      }
      out.flush();
    } while (!batch.last());
  }

  /** Sends the one event of a watch that cannot be opened. */
  void refuse(StatusException why) throws IOException {
    event("ERROR", Json.bytes(why.status()));
    out.flush();
  }

  /** An object that begins or ceases to be selected is as good as created or deleted. */
  private void change(Filter filter, Change change) throws IOException {
    @Nullable Stored before = change.before();
    @Nullable Stored after = change.after();
    if (after != null && filter.shows(after)) {
      object(filter.shows(before) ? "MODIFIED" : "ADDED", after);
    } else if (before != null && filter.shows(before)) {
      object("DELETED", before.withVersion(change.version()));
    }
  }

  private void object(String type, Stored object) throws IOException {
    begin(type);
    if (printed) {
      event.write(Json.bytes(PRINTED.one(object)));
    } else {
      object.write(event);
    }
    finish();
  }

  private void bookmark(Resource resource, long version, boolean initial) throws IOException {
    ObjectNode bookmark =
        Json.object().put("kind", resource.kind()).put("apiVersion", resource.apiVersion());
    ObjectNode metadata =
        bookmark.putObject("metadata").put("resourceVersion", Long.toString(version));
    metadata.putNull("creationTimestamp");
    if (initial) {
      metadata.putObject("annotations").put("k8s.io/initial-events-end", "true");
    }
    event("BOOKMARK", Json.bytes(bookmark));
  }

  private void event(String type, byte[] object) throws IOException {
    begin(type);
    event.write(object);
    finish();
  }

  private void begin(String type) throws IOException {
    event.reset();
    event.write(("{\"type\":\"" + type + "\",\"object\":").getBytes(StandardCharsets.US_ASCII));
  }

  private void finish() throws IOException {
    event.write('}');
    out.send(event);
  }
}
