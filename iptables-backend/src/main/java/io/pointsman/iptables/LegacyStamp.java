package io.pointsman.iptables;

import io.pointsman.net.IpFamily;
import io.pointsman.netlink.XtablesSocket;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The sizes of our tables, as x_tables counts no changes. Rules that give way to others of the very
 * same size escape it, so each mark wears out: after so many reads it differs by itself.
 */
final class LegacyStamp implements TableStamp {
  /** An hour of looks, less when commits read, too. */
  private static final int READS_PER_MARK = 1200;

  private final IpFamily family;
  private final XtablesSocket socket;
  private int reads;

  private LegacyStamp(IpFamily family, XtablesSocket socket) {
    this.family = family;
    this.socket = socket;
  }

  /** In the calling thread's network namespace. */
  static LegacyStamp open(IpFamily family) throws IOException {
    return new LegacyStamp(
        family,
        XtablesSocket.open(
            switch (family) {
              case IPV4 -> XtablesSocket.Family.IPV4;
              case IPV6 -> XtablesSocket.Family.IPV6;
            }));
  }

  @Override
  public Optional<Mark> read() {
    List<Integer> numbers = new ArrayList<>();
    // No mark of the one family is one of the other.
    numbers.add(family == IpFamily.IPV4 ? 4 : 6);
    numbers.add(reads / READS_PER_MARK);
    reads++;
    try {
      for (Table table : Table.values()) {
        Optional<XtablesSocket.TableSize> size = socket.size(table.label());
        numbers.add(size.map(XtablesSocket.TableSize::entries).orElse(-1));
        numbers.add(size.map(XtablesSocket.TableSize::bytes).orElse(-1));
        numbers.addAll(size.map(XtablesSocket.TableSize::offsets).orElse(List.of()));
      }
      return Optional.of(new Mark(numbers));
    } catch (IOException untold) {
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    socket.close();
  }
}
