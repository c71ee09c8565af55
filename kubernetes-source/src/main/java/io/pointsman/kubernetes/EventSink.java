package io.pointsman.kubernetes;

/** Takes Events and never waits: reporting is worth nothing that would slow down the proxy. */
public interface EventSink {
  /** Keeps nothing. */
  EventSink NONE = event -> {};

  /** Reports an event some time, if there is room and nobody objects; from any thread. */
  void report(ApiEvent event);

  /** How many were given up since the start. */
  default long lost() {
    return 0;
  }
}
