package io.pointsman.apiserver;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** Events as lines of a chunked body. */
final class BodyEvents implements EventStream {
  private final InputStream in;
  private final ChunkedOutput body;

  BodyEvents(InputStream in, OutputStream out) {
    this.in = in;
    this.body = new ChunkedOutput(out);
  }

  @Override
  public void send(ByteArrayOutputStream event) throws IOException {
    event.writeTo(body);
    body.write('\n');
  }

  @Override
  public void flush() throws IOException {
    body.flush();
  }

  @Override
  public void end() throws IOException {
    body.end();
  }

  @Override
  public void awaitEnd() throws IOException {
    in.transferTo(OutputStream.nullOutputStream());
  }
}
