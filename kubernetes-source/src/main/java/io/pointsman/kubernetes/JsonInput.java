package io.pointsman.kubernetes;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonParser.NumberType;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.TokenStreamContext;
import tools.jackson.core.json.JsonFactory;

/**
 * JSON documents, one after the other, read as they arrive and never held.
 *
 * <p>It stands on a value. Whoever reads takes what it needs of that value, and what it does not
 * take is skipped. {@code null} reads as if the field were absent. A text is no number here and a
 * number no text: a value of the wrong type within an {@link #object} is that object's fault and
 * reads as if it were absent too, so that whatever follows can be read; anywhere else it is thrown
 * as {@link UnreadableException}.
 *
 * <p>All methods throw {@link JacksonException} for what is no JSON or stops to arrive.
 */
final class JsonInput implements AutoCloseable {
  /** Knows the names of fields that it has seen, up to a limit. */
  private static final JsonFactory FACTORY = new JsonFactory();

  /** What is shown of a wrong value. */
  private static final int LONGEST_SHOWN = 60;

  private final JsonParser parser;

  /** Where the object stands that is being read. */
  private Optional<List<String>> object = Optional.empty();

  /** The first of that object. */
  private Optional<Fault> fault = Optional.empty();

  private JsonInput(JsonParser parser) {
    this.parser = parser;
  }

  /**
   * Waits for the first few bytes of UTF-8.
   *
   * @param bytes closed with this, or at their end, or when they do not come
   */
  static JsonInput of(InputStream bytes) {
    try {
      return new JsonInput(FACTORY.createParser(ObjectReadContext.empty(), bytes));
    } catch (RuntimeException nothing) {
      try {
        bytes.close();
      } catch (IOException unclosed) {
        nothing.addSuppressed(unclosed);
      }
      throw nothing;
    }
  }

  static JsonInput of(byte[] bytes) {
    return new JsonInput(FACTORY.createParser(ObjectReadContext.empty(), bytes));
  }

  /** Waits for the next document and stands on it; false when there is none. */
  boolean next() {
    return parser.nextToken() != null;
  }

  /**
   * Reads one object of the API by its {@link #fields}.
   *
   * @return the first value in it that cannot be
   */
  Optional<Fault> object(Consumer<String> field) {
    object = Optional.of(path());
    fault = Optional.empty();
    try {
      fields(field);
      return fault;
    } finally {
      object = Optional.empty();
    }
  }

  /** Reads a mapping: stands on each field's value in turn and hands out the field's name. */
  void fields(Consumer<String> field) {
    if (!begins(JsonToken.START_OBJECT, "a mapping is expected")) {
      return;
    }
    for (String name = parser.nextName(); name != null; name = parser.nextName()) {
      parser.nextToken();
      field.accept(name);
      parser.skipChildren();
    }
  }

  /** Reads a list: stands on each item in turn, but for those that are {@code null}. */
  void items(Runnable item) {
    if (!begins(JsonToken.START_ARRAY, "a list is expected")) {
      return;
    }
    for (JsonToken at = parser.nextToken(); at != JsonToken.END_ARRAY; at = parser.nextToken()) {
      if (at != JsonToken.VALUE_NULL) {
        item.run();
        parser.skipChildren();
      }
    }
  }

  /** A list of texts, without those that are {@code null}. */
  List<String> texts() {
    List<String> texts = new ArrayList<>(1);
    items(() -> texts.add(text()));
    return texts;
  }

  /** A text; empty when absent. */
  String text() {
    JsonToken token = parser.currentToken();
    if (token == JsonToken.VALUE_NULL) {
      return "";
    }
    if (token != JsonToken.VALUE_STRING) {
      wrong(token.isScalarValue() ? "a text is expected: put it in quotes" : "a text is expected");
      return "";
    }
    return parser.getString();
  }

  /** A text that many objects share, held once. */
  String shared() {
    return text().intern();
  }

  /** Like {@link #shared}, of what tells which object this is: thrown at once if it cannot be. */
  String identity() {
    if (!absent() && parser.currentToken() != JsonToken.VALUE_STRING) {
      throw new UnreadableException(path(), "a text is expected");
    }
    return shared();
  }

  /** A whole number. */
  int number(int absent) {
    JsonToken token = parser.currentToken();
    if (token == JsonToken.VALUE_NULL) {
      return absent;
    }
    if (token != JsonToken.VALUE_NUMBER_INT || parser.getNumberType() != NumberType.INT) {
      wrong("a whole number is expected");
      return absent;
    }
    return parser.getIntValue();
  }

  boolean flag(boolean absent) {
    return switch (parser.currentToken()) {
      case VALUE_NULL -> absent;
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      default -> {
        wrong("true or false is expected");
        yield absent;
      }
    };
  }

  /** True when this is {@code null}. */
  boolean absent() {
    return parser.currentToken() == JsonToken.VALUE_NULL;
  }

  private boolean begins(JsonToken start, String expectation) {
    if (absent()) {
      return false;
    }
    if (parser.currentToken() != start) {
      wrong(expectation);
      return false;
    }
    return true;
  }

  /** The fault as one of the whole document: said of the object that has just been read. */
  UnreadableException unreadable(Fault inObject) {
    List<String> path = new ArrayList<>(path());
    path.addAll(inObject.path());
    return new UnreadableException(path, inObject.problem());
  }

  private void wrong(String problem) {
    List<String> path = path();
    List<String> above = object.orElseThrow(() -> new UnreadableException(path, problem));
    if (fault.isEmpty()) {
      fault = Optional.of(new Fault(path.subList(above.size(), path.size()), found(), problem));
    }
  }

  private String found() {
    return switch (parser.currentToken()) {
      case START_OBJECT -> "a mapping";
      case START_ARRAY -> "a list";
      case VALUE_STRING -> "'" + shortened() + "'";
      default -> shortened();
    };
  }

  private String shortened() {
    String text = parser.getString().replaceAll("\\p{Cntrl}", " ");
    return text.length() > LONGEST_SHOWN ? text.substring(0, LONGEST_SHOWN) + "..." : text;
  }

  private List<String> path() {
    TokenStreamContext at = parser.streamReadContext();
    Deque<String> path = new ArrayDeque<>();
    // A list or mapping is inside itself as soon as it begins.
    if (parser.currentToken().isStructStart()) {
      at = at.getParent();
    }
    for (; !at.inRoot(); at = at.getParent()) {
      path.addFirst(at.inArray() ? "[" + at.getCurrentIndex() + "]" : at.currentName());
    }
    return List.copyOf(path);
  }

  @Override
  public void close() {
    parser.close();
  }
}
