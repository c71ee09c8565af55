package io.pointsman.agent.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLException;

/**
 * The bytes of one client under TLS 1.2 or 1.3. The handshake is a part of reading, so that the
 * limits of a connection hold for it as well.
 */
final class TlsWire extends Wire {
  /** All that one client may send, encrypted: a handshake, a request, and a body to read past. */
  private static final int MAX_RECEIVED = 128 * 1024;

  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final SSLEngine engine;

  /** Encrypted, and not yet read; to be filled. */
  private final ByteBuffer arrived;

  /** Decrypted, and not yet handed out. */
  private final ByteBuffer plain;

  /** Encrypted, and not yet sent. */
  private final ByteBuffer leaving;

  private int received;
  private boolean established;
  private boolean ended;

  /** The client does not speak TLS but HTTP. */
  static final class PlainHttpException extends IOException {
    private static final long serialVersionUID = 1;

    PlainHttpException() {
      super("HTTP without TLS");
    }
  }

  TlsWire(SocketChannel channel, SSLContext context) {
    super(channel);
    engine = context.createSSLEngine();
    engine.setUseClientMode(false);
    engine.setEnabledProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
    arrived = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
    leaving = ByteBuffer.allocate(engine.getSession().getPacketBufferSize()).flip();
    plain = ByteBuffer.allocate(engine.getSession().getApplicationBufferSize()).flip();
  }

  @Override
  int read(ByteBuffer to) throws IOException {
    if (ended) {
      // Nobody looks into what comes after the answer.
      return super.read(to);
    }
    try {
      int progress = 1;
      while (!plain.hasRemaining() && progress > 0) {
        progress = step();
      }
      return plain.hasRemaining() ? move(to) : progress;
    } catch (SSLException e) {
      sayWhy(e);
      throw e;
    }
  }

  private int move(ByteBuffer to) {
    int count = Math.min(plain.remaining(), to.remaining());
    to.put(plain.slice(plain.position(), count));
    plain.position(plain.position() + count);
    return count;
  }

  /** Does what is next; 1 when it went on, 0 when the socket must be waited for, -1 at the end. */
  private int step() throws IOException {
    if (!flush()) {
      return 0;
    }
    switch (engine.getHandshakeStatus()) {
      case NEED_TASK -> think();
      case NEED_WRAP -> wrap(NOTHING);
      case NEED_UNWRAP, NEED_UNWRAP_AGAIN, FINISHED, NOT_HANDSHAKING -> {
        return unwrap();
      }
    }
    return 1;
  }

  /** A handshake costs a signature: each client gets one. */
  private void think() throws SSLException {
    if (established) {
      throw new SSLException("the client asks for a second handshake");
    }
    for (Runnable task = engine.getDelegatedTask();
        task != null;
        task = engine.getDelegatedTask()) {
      task.run();
    }
  }

  private int unwrap() throws IOException {
    arrived.flip();
    plain.clear();
    SSLEngineResult result;
    try {
      result = engine.unwrap(arrived, plain);
    } finally {
      arrived.compact();
      plain.flip();
    }
    note(result);
    return switch (result.getStatus()) {
      case OK -> 1;
      case BUFFER_UNDERFLOW -> receive();
      case CLOSED -> -1;
      case BUFFER_OVERFLOW -> throw new SSLException("the client sends too long a record");
    };
  }

  private int receive() throws IOException {
    int count = super.read(arrived);
    if (received == 0 && count > 0 && Character.isUpperCase(arrived.get(0))) {
      throw new PlainHttpException();
    }
    received += Math.max(0, count);
    if (received > MAX_RECEIVED) {
      throw new SSLException("the client sends too much");
    }
    return count;
  }

  /** What waited to be sent must be gone before. */
  private void wrap(ByteBuffer from) throws SSLException {
    leaving.clear();
    SSLEngineResult result;
    try {
      result = engine.wrap(from, leaving);
    } finally {
      leaving.flip();
    }
    note(result);
    if (result.bytesProduced() == 0 && !engine.isOutboundDone()) {
      throw new SSLException("nothing can be sent in this state: " + result.getHandshakeStatus());
    }
  }

  private void note(SSLEngineResult result) {
    established |= result.getHandshakeStatus() == SSLEngineResult.HandshakeStatus.FINISHED;
  }

  private boolean flush() throws IOException {
    return !leaving.hasRemaining() || super.write(leaving);
  }

  /** The alert is a help to whoever reads the client's log. */
  private void sayWhy(SSLException reason) {
    try {
      if (flush()) {
        wrap(NOTHING);
        flush();
      }
    } catch (IOException gone) {
      reason.addSuppressed(gone);
    }
  }

  @Override
  boolean write(ByteBuffer from) throws IOException {
    while (flush()) {
      if (!from.hasRemaining()) {
        return true;
      }
      if (engine.isOutboundDone()) {
        throw new SSLException("the client has closed the connection before the answer");
      }
      wrap(from);
    }
    return false;
  }

  @Override
  boolean end() throws IOException {
    engine.closeOutbound();
    while (flush()) {
      if (engine.isOutboundDone()) {
        ended = true;
        return super.end();
      }
      wrap(NOTHING);
    }
    return false;
  }

  @Override
  boolean isCongested() {
    return leaving.hasRemaining();
  }
}
