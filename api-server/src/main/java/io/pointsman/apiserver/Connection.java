package io.pointsman.apiserver;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ProtocolException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Answers the requests of one connection until either side closes it. */
final class Connection implements Runnable {
  private static final int OUTPUT_BUFFER = 64 * 1024;

  private static final Printed PRINTED = new Printed(InstantSource.system());

  /** How long a client may take to close its side when a watch has ended. */
  private static final Duration LEAVING = Duration.ofSeconds(1);

  private final Socket socket;
  private final Store store;
  private final Api api;
  private final Refusals refusals;
  private final InputStream in;
  private final OutputStream out;

  Connection(Socket socket, Store store, Reviews reviews, Refusals refusals) throws IOException {
    this.socket = socket;
    this.store = store;
    this.api = new Api(store, reviews);
    this.refusals = refusals;
    this.in = new BufferedInputStream(socket.getInputStream());
    this.out = new BufferedOutputStream(socket.getOutputStream(), OUTPUT_BUFFER);
  }

  /** Ends it from any thread, at once. */
  void cut() {
    try {
      socket.close();
    } catch (IOException e) {
      // The descriptor is gone all the same.
    }
  }

  @Override
  public void run() {
    HttpReader reader = new HttpReader(in, out);
    try {
      boolean open = true;
      while (open) {
        Optional<HttpRequest> request = reader.next();
        open = request.isPresent() && serve(request.get());
      }
    } catch (ProtocolException e) {
      tell(StatusException.badRequest(String.valueOf(e.getMessage())));
    } catch (IOException clientLeft) {
      // Its answers have no reader.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      cut();
    }
  }

  private void tell(StatusException refused) {
    try {
      write(new Reply.Document(refused.code(), Map.of(), refused.status()));
    } catch (IOException clientLeft) {
      // It does not want to know.
    }
  }

  /** Returns whether the connection takes more requests. */
  private boolean serve(HttpRequest request) throws IOException, InterruptedException {
    boolean printed = Printed.isAskedBy(request);
    switch (answer(request)) {
      case Reply.Watching(Watch watch) -> {
        watch(watch, printed);
        return false;
      }
      case Reply.WatchRefused(StatusException why) -> {
        BodyEvents events = open();
        new WatchWriter(events, false).refuse(why);
        leave(events, listen(events, () -> {}));
        return false;
      }
      case Reply.Document document -> write(document);
      case Reply.Text(String text) ->
          write(200, "text/plain", Map.of(), text.getBytes(StandardCharsets.UTF_8));
      case Reply.One(int code, Stored object) when printed ->
          write(new Reply.Document(code, Map.of(), PRINTED.one(object)));
      case Reply.One(int code, Stored object) ->
          write(code, "application/json", Map.of(), object.bytes());
      case Reply.Listing(Resource resource, Page page) when printed ->
          write(Reply.Document.of(PRINTED.page(resource, page)));
      case Reply.Listing(Resource resource, Page page) -> write(resource, page);
    }
    return request.keepsAlive();
  }

  private Reply answer(HttpRequest request) {
    if (request.header("upgrade").equalsIgnoreCase("websocket")) {
      // As a proxy that cannot do them: fabric8's client then asks for a plain body.
      return Refusal.of(503).reply();
    }
    try {
      Optional<Refusal> refusal = refusals.due(request.api());
      return refusal.isPresent() ? refusal.get().reply() : api.answer(request);
    } catch (StatusException refused) {
      return new Reply.Document(refused.code(), Map.of(), refused.status());
    } catch (RuntimeException defect) {
      StatusException told = StatusException.internal(defect.toString());
      return new Reply.Document(told.code(), Map.of(), told.status());
    }
  }

  private void write(Reply.Document document) throws IOException {
    write(document.code(), "application/json", document.headers(), Json.bytes(document.body()));
  }

  private void write(int code, String type, Map<String, String> more, byte[] body)
      throws IOException {
    Map<String, String> headers = new LinkedHashMap<>(more);
    headers.put("Content-Type", type);
    headers.put("Content-Length", Integer.toString(body.length));
    head(code, headers);
    out.write(body);
    out.flush();
  }

  private void head(int code, Map<String, String> headers) throws IOException {
    StringBuilder head = new StringBuilder("HTTP/1.1 ").append(code).append(" \r\n");
    headers.forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
    out.write(head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
  }

  private void write(Resource resource, Page page) throws IOException {
    head(200, Map.of("Content-Type", "application/json", "Transfer-Encoding", "chunked"));
    ChunkedOutput body = new ChunkedOutput(out);
    body.write(
        "{\"kind\":\"%sList\",\"apiVersion\":\"%s\",\"metadata\":"
            .formatted(resource.kind(), resource.apiVersion())
            .getBytes(StandardCharsets.US_ASCII));
    var metadata = Json.object().put("resourceVersion", Long.toString(page.version()));
    page.next()
        .ifPresent(token -> {
          metadata.put("continue", token.text());
          if (token.left() > 0) {
            metadata.put("remainingItemCount", token.left());
          }
        });
    body.write(Json.bytes(metadata));
    body.write(",\"items\":[".getBytes(StandardCharsets.US_ASCII));
    boolean first = true;
    for (Stored object : page.objects()) {
      if (!first) {
        body.write(',');
      }
      first = false;
      object.writeItem(body);
    }
    body.write("]}".getBytes(StandardCharsets.US_ASCII));
    body.end();
  }

  private BodyEvents open() throws IOException {
    head(
        200,
        Map.of(
            "Content-Type",
            "application/json",
            "Transfer-Encoding",
            "chunked",
            "Connection",
            "close"));
    out.flush();
    return new BodyEvents(in, out);
  }

  private void watch(Watch watch, boolean printed) throws IOException, InterruptedException {
    store.onCut(watch, this::cut);
    try {
      BodyEvents events = open();
      Thread listener = listen(events, () -> store.end(watch));
      new WatchWriter(events, printed).run(store, watch);
      leave(events, listener);
    } finally {
      store.end(watch);
    }
  }

  /** Notices that the client leaves while nobody writes. */
  private Thread listen(BodyEvents events, Runnable onEnd) {
    return Thread.ofPlatform()
        .daemon()
        .name(Thread.currentThread().getName() + " listener")
        .start(() -> {
          try {
            events.awaitEnd();
          } catch (IOException gone) {
            // Left, too.
          } finally {
            onEnd.run();
          }
        });
  }

  private void leave(BodyEvents events, Thread listener) throws IOException, InterruptedException {
    events.end();
    socket.shutdownOutput();
    listener.join(LEAVING);
  }
}
