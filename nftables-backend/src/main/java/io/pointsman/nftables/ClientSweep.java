package io.pointsman.nftables;

import io.pointsman.collect.PersistentMap;
import io.pointsman.net.IpFamily;
import io.pointsman.netlink.codec.Errno;
import io.pointsman.netlink.nfnetlink.Batch;
import io.pointsman.netlink.nfnetlink.BatchSocket;
import io.pointsman.netlink.nfnetlink.CommitResult;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Makes the kernel forget which clients went to endpoints that are no longer members of their
 * group. Only packets write these memories, and only of members: what is stale when the members
 * have been taken away is all that there will ever be.
 */
final class ClientSweep {
  /**
   * A dump of a map that packets fill goes on by position where one message ends, and can miss an
   * element when others expire meanwhile: so one that finds nothing is not enough.
   */
  private static final int CLEAN_DUMPS = 2;

  /** Few enough that hardly ever one of them expires before the kernel gets to it. */
  private static final int BATCH = 500;

  private final BatchSocket socket;
  private final IpFamily family;

  ClientSweep(BatchSocket socket, IpFamily family) {
    this.socket = socket;
    this.family = family;
  }

  /**
   * Returns when no client is remembered for anything but a member of its group.
   *
   * @param isMember whether this element of the members is there now
   */
  void sweep(Predicate<ElementKey> isMember) throws IOException {
    for (int clean = 0; clean < CLEAN_DUMPS; clean++) {
      List<ElementKey> stale = stale(isMember);
      for (int from = 0; from < stale.size(); from += BATCH) {
        forget(stale.subList(from, Math.min(from + BATCH, stale.size())));
        clean = -1;
      }
    }
  }

  private List<ElementKey> stale(Predicate<ElementKey> isMember) throws IOException {
    KernelReader reader = new KernelReader(socket.client(), family);
    // In the order in which packets write them: a client that comes meanwhile is not half there.
    PersistentMap<ElementKey, ElementValue> addresses = reader.elements(NamedSet.AFFINITY);
    PersistentMap<ElementKey, ElementValue> ports = reader.elements(NamedSet.AFFINITY_PORTS);
    List<ElementKey> stale = new ArrayList<>();
    addresses.forEach((here, address) -> {
      ElementKey there = new ElementKey(NamedSet.AFFINITY_PORTS, here.key());
      Optional<ElementValue> port = ports.get(there);
      boolean valid = port.isPresent() && isMember.test(member(here.key(), address, port.get()));
      if (!valid) {
        stale.add(here);
        port.ifPresent(value -> stale.add(there));
      }
    });
    return stale;
  }

  /** The member that this memory stands for: the client's key ends with the group. */
  private ElementKey member(Bytes client, ElementValue address, ElementValue port) {
    byte[] key = new byte[NamedSet.AFFINITY_MEMBERS.keyLength(family)];
    int group = Field.GROUP.width(family);
    System.arraycopy(client.array(), client.length() - group, key, 0, group);
    System.arraycopy(address.data().array(), 0, key, group, address.data().length());
    System.arraycopy(
        port.data().array(), 0, key, group + address.data().length(), port.data().length());
    return new ElementKey(NamedSet.AFFINITY_MEMBERS, Bytes.of(key));
  }

  /** Deletes the elements; one that has expired by now is as good as deleted. */
  private void forget(List<ElementKey> elements) throws IOException {
    List<ElementKey> left = elements;
    while (!left.isEmpty()) {
      BatchWriter writer = new BatchWriter(Batch.unconditional(), family);
      for (ElementKey key : left) {
        writer.write(
            new Operation.RemoveElements(
                key.set(), List.of(new Element(key, ElementValue.MEMBER))));
      }
      left =
          switch (socket.commit(writer.batch())) {
            case CommitResult.Committed() -> List.of();
            case CommitResult.Rejected rejected -> without(left, rejected, writer);
            case CommitResult.Stale() -> throw new IOException("clients could not be forgotten");
            case CommitResult.Unknown(String reason) ->
                throw new IOException("whether clients were forgotten is not known: " + reason);
          };
    }
  }

  private static List<ElementKey> without(
      List<ElementKey> elements, CommitResult.Rejected rejected, BatchWriter writer)
      throws IOException {
    Set<ElementKey> gone =
        rejected.errors().stream()
            .filter(error -> error.errno().equals(Errno.ENOENT) && writer.knows(error.sequence()))
            .map(error -> writer.sent(error.sequence()).elements().getFirst().key())
            .collect(Collectors.toSet());
    if (gone.isEmpty()) {
      throw new IOException(
          "clients could not be forgotten: " + rejected.errors().getFirst().describe());
    }
    return elements.stream().filter(element -> !gone.contains(element)).toList();
  }
}
