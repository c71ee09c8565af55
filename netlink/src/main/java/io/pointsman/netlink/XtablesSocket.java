package io.pointsman.netlink;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import io.pointsman.netlink.codec.Errno;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Asks x_tables, the kernel's side of the legacy iptables, for the size of a table, whatever it
 * holds in the same time and without /run/xtables.lock. It belongs to the network namespace that
 * the thread which opened it was in. For one thread at a time.
 *
 * <p>Any socket of the family takes these options; a datagram socket that is bound to nothing needs
 * no rights of its own and receives no packets. The option itself needs {@code CAP_NET_ADMIN}.
 */
public final class XtablesSocket implements AutoCloseable {
  /** {@code IPT_SO_GET_INFO} and {@code IP6T_SO_GET_INFO} are the same number. */
  private static final int GET_INFO = 64;

  /** {@code XT_TABLE_MAXNAMELEN}: the name's field with its final zero. */
  private static final int NAME = 32;

  // struct ipt_getinfo and ip6t_getinfo: name, valid_hooks, hook_entry[5], underflow[5],
  // num_entries, size; each number a native u32.
  private static final int OFFSETS = NAME + Integer.BYTES;
  private static final int OFFSET_COUNT = 10;
  private static final int ENTRIES = OFFSETS + OFFSET_COUNT * Integer.BYTES;
  private static final int BYTES = ENTRIES + Integer.BYTES;
  private static final int SIZE = BYTES + Integer.BYTES;

  /** Which of the two sets of tables. */
  public enum Family {
    IPV4(LinuxC.AF_INET, LinuxC.IPPROTO_IP),
    IPV6(LinuxC.AF_INET6, LinuxC.IPPROTO_IPV6);

    private final int domain;
    private final int level;

    Family(int domain, int level) {
      this.domain = domain;
      this.level = level;
    }
  }

  /**
   * The size of a table. Equal for two states only when they have as many rules of the same sizes
   * in each builtin chain.
   *
   * @param entries rules, chain heads and policies together
   * @param bytes of all entries
   * @param offsets where the builtin chains begin and where their policies stand, in bytes; what
   *     stands for a chain that the table lacks means nothing, but does not change by itself
   */
  public record TableSize(int entries, int bytes, List<Integer> offsets) {
    public TableSize {
      offsets = List.copyOf(offsets);
    }
  }

  private final Family family;
  private final int fd;
  private boolean closed;

  private XtablesSocket(Family family, int fd) {
    this.family = family;
    this.fd = fd;
  }

  /**
   * Opens a socket in the calling thread's network namespace.
   *
   * @throws IOException if the kernel lacks the family, or the process has no descriptor left
   * @throws UnsupportedOperationException if this is not 64-bit Linux
   */
  public static XtablesSocket open(Family family) throws IOException {
    LinuxC.load();
    int fd = LinuxC.socket(family.domain, LinuxC.SOCK_DGRAM | LinuxC.SOCK_CLOEXEC, 0);
    if (fd < 0) {
      Errno errno = Errno.of(Native.getLastError());
      throw new IOException("cannot open a socket of " + family + ": " + errno);
    }
    return new XtablesSocket(family, fd);
  }

  /**
   * The size of a table; empty when there is none of that name.
   *
   * <p>The kernel makes a table that it knows how to make and loads its module when it is asked for
   * one that does not exist yet: ask only for tables that are in use.
   *
   * @param table such as {@code nat}, at most 31 ASCII characters
   * @throws IOException if the kernel does not answer: no rights, or no x_tables at all
   */
  public Optional<TableSize> size(String table) throws IOException {
    if (closed) {
      throw new ClosedChannelException();
    }
    byte[] name = Arrays.copyOf(table.getBytes(StandardCharsets.US_ASCII), NAME);
    if (name[NAME - 1] != 0) {
      throw new IllegalArgumentException("table name '" + table + "' exceeds 31 characters");
    }
    try (Memory info = new Memory(SIZE);
        Memory length = new Memory(Integer.BYTES)) {
      info.clear();
      info.write(0, name, 0, NAME);
      length.setInt(0, SIZE);
      if (LinuxC.getsockopt(fd, family.level, GET_INFO, info, length) == 0) {
        return Optional.of(read(info));
      }
      Errno errno = Errno.of(Native.getLastError());
      if (errno.equals(Errno.ENOENT)) {
        return Optional.empty();
      }
      throw failure(table, errno);
    }
  }

  private IOException failure(String table, Errno errno) {
    String advice = NetlinkException.advice(errno);
    return new IOException(
        "x_tables does not tell the size of table %s (%s): %s%s"
            .formatted(table, family, errno, advice.isEmpty() ? "" : "; " + advice));
  }

  private static TableSize read(Memory info) {
    List<Integer> offsets = Arrays.stream(info.getIntArray(OFFSETS, OFFSET_COUNT)).boxed().toList();
    return new TableSize(info.getInt(ENTRIES), info.getInt(BYTES), offsets);
  }

  /** Closing twice does nothing. */
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      LinuxC.close(fd);
    }
  }
}
