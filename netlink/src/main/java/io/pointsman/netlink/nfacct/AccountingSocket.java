package io.pointsman.netlink.nfacct;

import io.pointsman.netlink.NetlinkClient;
import io.pointsman.netlink.NetlinkException;
import io.pointsman.netlink.NetlinkSocket;
import io.pointsman.netlink.NetlinkTransport;
import io.pointsman.netlink.RequestRejected;
import io.pointsman.netlink.codec.Attributes;
import io.pointsman.netlink.codec.Errno;
import io.pointsman.netlink.codec.Message;
import io.pointsman.netlink.codec.MessageFlags;
import io.pointsman.netlink.codec.MessageWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.OptionalLong;

/** Makes, reads and removes counters, by their names. For one thread at a time. */
public final class AccountingSocket implements AutoCloseable {
  // NFNL_SUBSYS_ACCT in the upper byte, enum nfnl_acct_msg_types in the lower one
  private static final int NEW = 0x700;
  private static final int GET = 0x701;
  private static final int DELETE = 0x703;

  // enum nfnl_acct_type
  private static final int NAME = 1;
  private static final int PACKETS = 2;

  private static final int NFGENMSG = 4;

  /** {@code NFACCT_NAME_MAX} less the final zero. */
  private static final int LONGEST_NAME = 31;

  private final NetlinkTransport transport;
  private final NetlinkClient client;

  /**
   * @param transport of {@link NetlinkSocket#NETFILTER}; closed with this
   * @param patience how long the kernel may be silent at most
   */
  public AccountingSocket(NetlinkTransport transport, Duration patience) {
    this.transport = transport;
    this.client = new NetlinkClient(transport, patience);
  }

  /** Opens a socket in the calling thread's network namespace. */
  public static AccountingSocket open(Duration patience) throws NetlinkException {
    return new AccountingSocket(NetlinkSocket.open(NetlinkSocket.NETFILTER), patience);
  }

  /**
   * Makes a counter, unless it is there.
   *
   * @param name at most 31 ASCII characters
   * @throws NetlinkException if the kernel has no such counters ({@code EINVAL}), or refuses
   */
  public void make(String name) throws IOException {
    try {
      request(NEW, MessageFlags.CREATE | MessageFlags.EXCLUSIVE, name);
    } catch (RequestRejected rejection) {
      if (!rejection.errno().equals(Errno.EEXIST)) {
        throw rejection;
      }
    }
  }

  /**
   * How many packets it has counted since it was made.
   *
   * @return empty if there is no such counter
   * @throws NetlinkException if the kernel cannot be asked
   */
  public OptionalLong packets(String name) throws IOException {
    try {
      for (Message message : request(GET, 0, name)) {
        Attributes attributes = message.attributes(NFGENMSG);
        while (attributes.next()) {
          if (attributes.type() == PACKETS) {
            return OptionalLong.of(attributes.u64Be());
          }
        }
      }
      return OptionalLong.empty();
    } catch (RequestRejected rejection) {
      if (rejection.errno().equals(Errno.ENOENT)) {
        return OptionalLong.empty();
      }
      throw rejection;
    }
  }

  /**
   * Removes a counter in which no rule counts.
   *
   * @return false if it is gone already, or a rule keeps it
   * @throws NetlinkException if the kernel cannot be asked
   */
  public boolean remove(String name) throws IOException {
    try {
      request(DELETE, 0, name);
      return true;
    } catch (RequestRejected rejection) {
      if (rejection.errno().equals(Errno.ENOENT) || rejection.errno().equals(Errno.EBUSY)) {
        return false;
      }
      throw rejection;
    }
  }

  private Iterable<Message> request(int type, int flags, String name) throws IOException {
    if (name.isEmpty()
        || name.length() > LONGEST_NAME
        || !StandardCharsets.US_ASCII.newEncoder().canEncode(name)) {
      throw new IllegalArgumentException(
          "'" + name + "' is no name of a counter: 1 to 31 ASCII characters");
    }
    return client.request(type, flags, writer -> named(writer, name));
  }

  private static void named(MessageWriter writer, String name) {
    writer.putNfgenmsg(0, 0).putString(NAME, name);
  }

  @Override
  public void close() {
    transport.close();
  }
}
