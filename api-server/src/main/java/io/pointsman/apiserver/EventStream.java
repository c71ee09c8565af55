package io.pointsman.apiserver;

import java.io.ByteArrayOutputStream;
import java.io.IOException;

/** Where a watch's events go: a body without end, or a web socket. */
interface EventStream {
  /** Sends an event, perhaps only with the next {@link #flush}. */
  void send(ByteArrayOutputStream event) throws IOException;

  void flush() throws IOException;

  /** Says that no more comes. */
  void end() throws IOException;

  /** Reads until the client leaves. */
  void awaitEnd() throws IOException;
}
