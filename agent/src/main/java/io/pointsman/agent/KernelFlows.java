package io.pointsman.agent;

import io.pointsman.flows.FlowJudge;
import io.pointsman.flows.FlowQuery;
import io.pointsman.flows.Peer;
import io.pointsman.flows.TrackedFlow;
import io.pointsman.net.IpAddress;
import io.pointsman.net.IpFamily;
import io.pointsman.net.Protocol;
import io.pointsman.netlink.RequestRejected;
import io.pointsman.netlink.conntrack.ConntrackEntry;
import io.pointsman.netlink.conntrack.ConntrackFilter;
import io.pointsman.netlink.conntrack.ConntrackSocket;
import io.pointsman.netlink.conntrack.ConntrackTuple;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/** Connection tracking by netlink. */
final class KernelFlows implements FlowTable {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** Entries that are kept in memory at most; if there are more, they are listed again. */
  private static final int AT_ONCE = 10_000;

  @Override
  public Set<IpAddress> hostAddresses() throws IOException {
    return Set.copyOf(HostAddresses.read());
  }

  @Override
  public void deleteStale(IpFamily family, FlowJudge judge, Runnable deleted) throws IOException {
    try (ConntrackSocket conntrack = ConntrackSocket.open(PATIENCE)) {
      for (FlowQuery query : judge.queries()) {
        ConntrackFilter filter = filter(family, query);
        Set<ConntrackEntry> stale = stale(conntrack, filter, judge);
        while (delete(conntrack, stale, deleted) && stale.size() == AT_ONCE) {
          stale = stale(conntrack, filter, judge);
        }
      }
    }
  }

  private static Set<ConntrackEntry> stale(
      ConntrackSocket conntrack, ConntrackFilter filter, FlowJudge judge) throws IOException {
    Set<ConntrackEntry> stale = new LinkedHashSet<>();
    conntrack.scan(
        filter,
        entry -> {
          if (stale.size() < AT_ONCE && flow(entry).filter(judge::isStale).isPresent()) {
            stale.add(entry);
          }
        });
    return stale;
  }

  /**
   * Tries each, so that one which the kernel holds on to keeps none of the others.
   *
   * @return whether there were any left to delete
   */
  private static boolean delete(
      ConntrackSocket conntrack, Set<ConntrackEntry> entries, Runnable deleted) throws IOException {
    Optional<RequestRejected> refusal = Optional.empty();
    boolean any = false;
    for (ConntrackEntry entry : entries) {
      try {
        if (conntrack.delete(entry)) {
          deleted.run();
          any = true;
        }
      } catch (RequestRejected rejection) {
        refusal = refusal.or(() -> Optional.of(rejection));
      }
    }
    if (refusal.isPresent()) {
      throw refusal.get();
    }
    return any;
  }

  private static ConntrackFilter filter(IpFamily family, FlowQuery query) {
    return new ConntrackFilter(
        family == IpFamily.IPV4 ? StandardProtocolFamily.INET : StandardProtocolFamily.INET6,
        query.protocol().number(),
        query.destination().map(IpAddress::toInetAddress),
        query.destinationPort());
  }

  private static Optional<TrackedFlow> flow(ConntrackEntry entry) {
    ConntrackTuple original = entry.original();
    ConntrackTuple reply = entry.reply();
    return Protocol.numbered(original.protocol())
        .map(protocol ->
            new TrackedFlow(
                protocol,
                IpAddress.ofBytes(original.destination().getAddress()),
                original.destinationPort(),
                new Peer(IpAddress.ofBytes(reply.source().getAddress()), reply.sourcePort()),
                entry.destinationChanged()));
  }
}
