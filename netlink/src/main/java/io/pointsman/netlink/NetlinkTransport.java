package io.pointsman.netlink;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/**
 * Carries datagrams to the kernel and back. A seam: everything above it can run over a script.
 *
 * <p>One thread may send while another receives; {@link #close} may come from any thread. Each
 * method throws {@link NetlinkException} with the system call's error number ({@code EINTR} and
 * {@code ENOBUFS} included: callers decide what they mean) and {@link
 * java.nio.channels.ClosedChannelException} once it is closed.
 */
public interface NetlinkTransport extends AutoCloseable {
  /**
   * Sends one datagram to the kernel, which has worked it off when this returns.
   *
   * @param buffer holds the datagram from its first byte on
   * @param length bytes to send
   */
  void send(byte[] buffer, int length) throws IOException;

  /**
   * Takes the next datagram.
   *
   * @param wait how long to wait for one at most, rounded up to milliseconds; zero takes only what
   *     is there
   * @return the datagram in an array of its own, or empty if none came
   */
  Optional<byte[]> receive(Duration wait) throws IOException;

  /**
   * Asks for a send buffer of at least this size, which bounds the size of a datagram.
   *
   * @param bytes positive
   * @return the size obtained, which without {@code CAP_NET_ADMIN} may be less
   */
  int setSendBuffer(int bytes) throws IOException;

  /**
   * Asks for a receive buffer of at least this size, which bounds the answers that can queue up.
   *
   * @param bytes positive
   * @return the size obtained, which without {@code CAP_NET_ADMIN} may be less
   */
  int setReceiveBuffer(int bytes) throws IOException;

  /** The address of this end: what notifications of changes made through it carry. */
  int portId();

  /** Frees it and wakes up whoever waits in {@link #receive}. Closing twice does nothing. */
  @Override
  void close();
}
