package io.pointsman.apiserver;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** Where a watch's events go: lines of a body that has no length. */
final class BodyEvents {
  private final InputStream in;
  private final ChunkedOutput body;

  BodyEvents(InputStream in, OutputStream out) {
    this.in = in;
    this.body = new ChunkedOutput(out);
  }

  /** Sends an event, perhaps only with the next {@link #flush}. */
  void send(ByteArrayOutputStream event) throws IOException {
    event.writeTo(body);
    body.write('\n');
  }

  void flush() throws IOException {
    body.flush();
  }

  /** Says that no more comes. */
  void end() throws IOException {
    body.end();
  }

  /** Reads until the client leaves. */
  void awaitEnd() throws IOException {
    in.transferTo(OutputStream.nullOutputStream());
  }
}
