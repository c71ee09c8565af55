package io.pointsman.netlink.conntrack;

import io.pointsman.netlink.NetlinkClient;
import io.pointsman.netlink.NetlinkException;
import io.pointsman.netlink.NetlinkSocket;
import io.pointsman.netlink.NetlinkTransport;
import io.pointsman.netlink.RequestRejected;
import io.pointsman.netlink.codec.Errno;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Consumer;

/** Lists tracked flows and deletes single ones. For one thread at a time. */
public final class ConntrackSocket implements AutoCloseable {
  private final NetlinkTransport transport;
  private final NetlinkClient client;

  /**
   * @param transport of {@link NetlinkSocket#NETFILTER}; closed with this
   * @param patience how long the kernel may be silent at most
   */
  public ConntrackSocket(NetlinkTransport transport, Duration patience) {
    this.transport = transport;
    this.client = new NetlinkClient(transport, patience);
  }

  /** Opens a socket in the calling thread's network namespace. */
  public static ConntrackSocket open(Duration patience) throws NetlinkException {
    return new ConntrackSocket(NetlinkSocket.open(NetlinkSocket.NETFILTER), patience);
  }

  /**
   * Hands over each entry that matches, one at a time, so that a large table needs no memory here.
   * When a listing has to be begun again, entries come again. What comes or goes meanwhile may be
   * missed; an entry that is there all the time is not.
   *
   * @param each must not use this socket
   * @throws NetlinkException if the kernel cannot be asked or answers with an error
   */
  public void scan(ConntrackFilter filter, Consumer<ConntrackEntry> each) throws IOException {
    client.scan(
        ConntrackCodec.GET,
        writer -> ConntrackCodec.putFilter(writer, filter),
        message -> {
          if (message.type() == ConntrackCodec.NEW) {
            ConntrackCodec.read(message).filter(filter::matches).ifPresent(each);
          }
        });
  }

  /**
   * Deletes this very entry.
   *
   * @return false if it is gone already, even if another has taken its place
   * @throws NetlinkException if the kernel cannot be asked or refuses
   */
  public boolean delete(ConntrackEntry entry) throws IOException {
    try {
      client.request(ConntrackCodec.DELETE, 0, writer -> ConntrackCodec.putIdentity(writer, entry));
      return true;
    } catch (RequestRejected rejection) {
      if (rejection.errno().equals(Errno.ENOENT)) {
        return false;
      }
      throw rejection;
    }
  }

  @Override
  public void close() {
    transport.close();
  }
}
