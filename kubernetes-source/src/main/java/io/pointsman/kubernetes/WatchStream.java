package io.pointsman.kubernetes;

import io.pointsman.model.ObjectName;
import io.pointsman.snapshot.ClusterEvent;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import tools.jackson.core.exc.JacksonIOException;
import tools.jackson.core.exc.UnexpectedEndOfInputException;

/**
 * The answer to one watch request: documents that each tell a change.
 *
 * <p>Changes are handed on in batches: as many as can be read without waiting, and never later than
 * when the next one must be waited for.
 */
final class WatchStream implements AutoCloseable {
  private static final int LARGEST_BATCH = 1_000;

  /** HTTP 410 Gone, which a Status repeats. */
  private static final int GONE = 410;

  /** How a watch ended. */
  enum End {
    /** The server ended it, and it may be resumed. */
    OVER,
    /** The connection ended, or the server could not go on; it may be resumed. */
    CUT,
    /** Nothing came for too long; it may be resumed. */
    SILENT,
    /** The server does not know the version any more. */
    GONE
  }

  private final InputStream bytes;
  private final WatchedKind kind;
  private final Consumer<List<Change>> batches;
  private List<Change> batch = new ArrayList<>();
  private End end = End.OVER;

  /**
   * @param name the object
   * @param what became of it
   * @param version the version to resume from; may be empty
   */
  record Change(ObjectName name, What what, String version) {}

  /** What a change says. */
  sealed interface What {
    /** The object reads so now. */
    record Set(ClusterEvent event) implements What {}

    /** The object is gone or must not be seen. */
    record Gone() implements What {}

    /** The object is there and cannot be read. */
    record Unreadable(Fault fault) implements What {}

    /** Only the version matters. */
    record Bookmark() implements What {}
  }

  /**
   * @param bytes the answer's body; tells by {@link InputStream#available} whether to wait
   * @param batches takes changes in the order in which they happened; its lists stay as they are
   */
  WatchStream(InputStream bytes, WatchedKind kind, Consumer<List<Change>> batches) {
    this.bytes = bytes;
    this.kind = kind;
    this.batches = batches;
  }

  /**
   * Reads until the watch ends, be it by a cut connection, and closes the body.
   *
   * @throws UnreadableException when something is no change of such an object
   * @throws tools.jackson.core.exc.StreamReadException when something is no JSON
   */
  End read() {
    try (JsonInput in = JsonInput.of(new HandingOnBeforeWaiting())) {
      boolean more = true;
      while (more) {
        more = in.next() && change(in);
      }
    } catch (JacksonIOException | UnexpectedEndOfInputException cut) {
      // The rest comes with the next watch.
      end = cut.getCause() instanceof ArrivingBytes.SilenceException ? End.SILENT : End.CUT;
    } finally {
      handOn();
    }
    return end;
  }

  /** Ends the watch unread. */
  @Override
  public void close() {
    try {
      bytes.close();
    } catch (IOException gone) {
      // It has ended by itself.
    }
  }

  /** Reads one change; false when the server says that it was the last. */
  private boolean change(JsonInput in) {
    var read =
        new Object() {
          String type = "";
          int code;
          Optional<ApiObject<ClusterEvent>> object = Optional.empty();
        };
    in.fields(field -> {
      if (field.equals("type")) {
        read.type = in.shared();
      } else if (field.equals("object") && read.type.equals("ERROR")) {
        read.code = statusCode(in);
      } else if (field.equals("object")) {
        read.object = Optional.of(kind.read(in));
      }
    });
    if (read.type.equals("ERROR")) {
      // Without a code a new list is the safe answer.
      end = read.code == GONE || read.code == 0 ? End.GONE : End.CUT;
      return false;
    }
    add(
        read.type,
        read.object.orElseThrow(
            () -> new UnreadableException(List.of("object"), "is missing from a watch event")));
    return true;
  }

  private static int statusCode(JsonInput in) {
    int[] code = {0};
    in.fields(field -> {
      if (field.equals("code")) {
        code[0] = in.number(0);
      }
    });
    return code[0];
  }

  private void add(String type, ApiObject<ClusterEvent> object) {
    batch.add(
        switch (type) {
          case "ADDED", "MODIFIED" -> new Change(object.name(), what(object), object.version());
          case "DELETED" -> new Change(object.name(), new What.Gone(), object.version());
          case "BOOKMARK" -> new Change(object.name(), new What.Bookmark(), object.version());
          default ->
              throw new UnreadableException(
                  List.of("type"), "is '" + type + "', which is no type of a watch event");
        });
    if (batch.size() >= LARGEST_BATCH) {
      handOn();
    }
  }

  private static What what(ApiObject<ClusterEvent> object) {
    if (object.fault().isPresent()) {
      return new What.Unreadable(object.fault().get());
    }
    return object.value().<What>map(What.Set::new).orElseGet(What.Gone::new);
  }

  private void handOn() {
    if (!batch.isEmpty()) {
      List<Change> changes = batch;
      batch = new ArrayList<>();
      batches.accept(changes);
    }
  }

  private final class HandingOnBeforeWaiting extends FilterInputStream {
    HandingOnBeforeWaiting() {
      super(bytes);
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      if (available() == 0) {
        handOn();
      }
      return super.read(target, offset, length);
    }
  }
}
