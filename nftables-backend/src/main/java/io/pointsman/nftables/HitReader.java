package io.pointsman.nftables;

import io.pointsman.dataplane.Hits;
import io.pointsman.net.IpAddress;
import io.pointsman.net.IpFamily;
import io.pointsman.net.Protocol;
import io.pointsman.netlink.NetlinkClient;
import io.pointsman.netlink.codec.Attributes;
import io.pointsman.netlink.codec.Message;
import io.pointsman.plan.Destination;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Reads the counters that elements carry ({@code NFTA_SET_ELEM_EXPR} and {@code NFTA_COUNTER_*} of
 * linux/netfilter/nf_tables.h): one for each destination.
 */
final class HitReader {
  private final NetlinkClient client;
  private final IpFamily family;

  HitReader(NetlinkClient client, IpFamily family) {
    this.client = client;
    this.family = family;
  }

  /** Nothing when our table is not there. */
  Map<Destination, Hits> read() throws IOException {
    KernelReader reader = new KernelReader(client, family);
    Map<Destination, Hits> hits = new HashMap<>();
    if (reader.hasTable()) {
      for (NamedSet set : NamedSet.values()) {
        if (set.isCounted()) {
          for (Message message : reader.dumpElements(set)) {
            collect(message, set, hits);
          }
        }
      }
    }
    return hits;
  }

  private void collect(Message message, NamedSet set, Map<Destination, Hits> hits) {
    Attributes attributes = message.attributes(KernelReader.NFGENMSG);
    while (attributes.next()) {
      if (attributes.type() == 3) {
        Attributes list = attributes.nested();
        while (list.next()) {
          element(list.nested(), set, hits);
        }
      }
    }
  }

  private void element(Attributes attributes, NamedSet set, Map<Destination, Hits> hits) {
    Optional<Destination> destination = Optional.empty();
    long count = 0;
    while (attributes.next()) {
      switch (attributes.type()) {
        case 1 -> destination = destination(KernelReader.firstValue(attributes.nested()), set);
        case 7 -> count = packets(attributes.nested());
        default -> {}
      }
    }
    boolean served = set == NamedSet.FRONTENDS || set == NamedSet.NODEPORTS;
    Hits seen = served ? new Hits(count, 0) : new Hits(0, count);
    destination.ifPresent(to -> hits.merge(to, seen, Hits::plus));
  }

  /** Of an expression {@code counter}; 0 of any other. */
  private static long packets(Attributes expression) {
    String name = "";
    long packets = 0;
    while (expression.next()) {
      if (expression.type() == 1) {
        name = expression.string();
      } else if (expression.type() == 2 && name.equals("counter")) {
        Attributes counter = expression.nested();
        while (counter.next()) {
          if (counter.type() == 2) {
            packets = counter.u64Be();
          }
        }
      }
    }
    return packets;
  }

  /** Fields padded to four bytes each: an address where the set has one, protocol, port. */
  private Optional<Destination> destination(byte[] key, NamedSet set) {
    if (key.length != set.keyLength(family)) {
      return Optional.empty();
    }
    int at = set.key().contains(Field.ADDRESS) ? family.bits() / 8 : 0;
    int port = (key[at + 4] & 0xff) << 8 | (key[at + 5] & 0xff);
    return Protocol.numbered(key[at] & 0xff)
        .map(protocol ->
            at == 0
                ? new Destination.NodePort(protocol, port)
                : new Destination.Virtual(
                    IpAddress.ofBytes(Arrays.copyOf(key, at)), protocol, port));
  }
}
