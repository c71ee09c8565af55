package io.pointsman.netlink;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** A real socket; tests override what shall go wrong. */
public class ForwardingTransport implements NetlinkTransport {
  private final NetlinkSocket socket;

  /** Opens one to netfilter, in the calling thread's network namespace. */
  public ForwardingTransport() throws NetlinkException {
    this.socket = NetlinkSocket.open(NetlinkSocket.NETFILTER);
  }

  @Override
  public void send(byte[] buffer, int length) throws IOException {
    socket.send(buffer, length);
  }

  @Override
  public Optional<byte[]> receive(Duration wait) throws IOException {
    return socket.receive(wait);
  }

  @Override
  public int setSendBuffer(int bytes) throws IOException {
    return socket.setSendBuffer(bytes);
  }

  @Override
  public int setReceiveBuffer(int bytes) throws IOException {
    return socket.setReceiveBuffer(bytes);
  }

  @Override
  public int portId() {
    return socket.portId();
  }

  @Override
  public void close() {
    socket.close();
  }
}
