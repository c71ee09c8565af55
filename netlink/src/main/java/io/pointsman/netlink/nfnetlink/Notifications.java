package io.pointsman.netlink.nfnetlink;

import io.pointsman.netlink.NetlinkException;
import io.pointsman.netlink.NetlinkSocket;
import io.pointsman.netlink.NetlinkTransport;
import io.pointsman.netlink.codec.Errno;
import io.pointsman.netlink.codec.MalformedMessage;
import io.pointsman.netlink.codec.Message;
import io.pointsman.netlink.codec.MessageReader;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What the kernel tells about changes, whoever makes them. One thread at a time asks; {@link
 * #close} may come from any thread and ends its wait.
 */
public final class Notifications implements AutoCloseable {
  /** {@code NFNLGRP_NFTABLES} in {@code nfnetlink.h}: changes of all nf_tables rulesets. */
  public static final int NFTABLES_GROUP = 7;

  /** {@code RTNLGRP_IPV4_IFADDR} and {@code RTNLGRP_IPV6_IFADDR} in {@code rtnetlink.h}. */
  private static final int[] ADDRESS_GROUPS = {5, 9};

  /** What one wait brought. */
  public enum Arrival {
    /** At least one message was handed over. */
    MESSAGES,

    /** Nothing came in time. */
    NOTHING,

    /** Messages were lost or could not be read: read what you watch anew. */
    LOST,

    /** The socket is closed. */
    CLOSED
  }

  private final NetlinkTransport transport;

  /**
   * @param transport which has joined its groups; closed with this
   */
  public Notifications(NetlinkTransport transport) {
    this.transport = transport;
  }

  /**
   * Listens to changes of nf_tables in the calling thread's network namespace, from now on.
   *
   * @param receiveBuffer bytes of notifications that may wait to be read
   */
  public static Notifications ofNftables(int receiveBuffer) throws IOException {
    return of(NetlinkSocket.NETFILTER, receiveBuffer, NFTABLES_GROUP);
  }

  /** Listens to addresses that come and go in the calling thread's network namespace. */
  public static Notifications ofAddresses() throws IOException {
    return of(NetlinkSocket.ROUTE, 1 << 16, ADDRESS_GROUPS);
  }

  private static Notifications of(int protocol, int receiveBuffer, int... groups)
      throws IOException {
    NetlinkSocket socket = NetlinkSocket.open(protocol);
    try {
      socket.setReceiveBuffer(receiveBuffer);
      for (int group : groups) {
        socket.join(group);
      }
      return new Notifications(socket);
    } catch (IOException failure) {
      socket.close();
      throw failure;
    }
  }

  /**
   * Waits for a datagram of notifications and hands over its messages.
   *
   * @param wait how long at most
   * @param consumer called on this thread. A message's port id is that of the socket that made the
   *     change
   * @throws NetlinkException if receiving fails for another reason than a lost message
   */
  public Arrival next(Duration wait, Consumer<Message> consumer) throws IOException {
    try {
      Optional<byte[]> datagram = transport.receive(wait);
      if (datagram.isEmpty()) {
        return Arrival.NOTHING;
      }
      for (Message message : new MessageReader(datagram.get())) {
        consumer.accept(message);
      }
      return Arrival.MESSAGES;
    } catch (ClosedChannelException closed) {
      return Arrival.CLOSED;
    } catch (MalformedMessage malformed) {
      return Arrival.LOST;
    } catch (NetlinkException failure) {
      if (failure.errno().equals(Errno.EINTR)) {
        return Arrival.NOTHING;
      }
      if (failure.errno().equals(Errno.ENOBUFS) || failure.errno().equals(Errno.EMSGSIZE)) {
        return Arrival.LOST;
      }
      throw failure;
    }
  }

  @Override
  public void close() {
    transport.close();
  }
}
