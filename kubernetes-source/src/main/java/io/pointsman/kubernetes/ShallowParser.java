package io.pointsman.kubernetes;

import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.ParserException;
import org.snakeyaml.engine.v2.parser.Parser;

/**
 * Refuses what is nested deeper than any Kubernetes object: the composer behind it goes one call
 * deeper with each level, to the end of the thread's stack.
 */
final class ShallowParser implements Parser {
  private final Parser parser;
  private final int deepest;
  private int depth;

  /**
   * @param deepest levels of mappings and sequences, at least 1
   */
  ShallowParser(Parser parser, int deepest) {
    this.parser = parser;
    this.deepest = deepest;
  }

  @Override
  public boolean checkEvent(Event.ID choice) {
    return parser.checkEvent(choice);
  }

  @Override
  public Event peekEvent() {
    return parser.peekEvent();
  }

  @Override
  public boolean hasNext() {
    return parser.hasNext();
  }

  /** Throws {@link ParserException} where it becomes too deep. */
  @Override
  public Event next() {
    Event event = parser.next();
    switch (event.getEventId()) {
      case SequenceStart, MappingStart -> depth++;
      case SequenceEnd, MappingEnd -> depth--;
      default -> {}
    }
    if (depth > deepest) {
      throw new ParserException(
          "it is nested more than " + deepest + " levels deep: close what was opened",
          event.getStartMark());
    }
    return event;
  }
}
