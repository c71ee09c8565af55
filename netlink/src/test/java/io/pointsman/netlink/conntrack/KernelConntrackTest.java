package io.pointsman.netlink.conntrack;

import static org.assertj.core.api.Assertions.assertThat;

import io.pointsman.netlink.PrivateNamespace;
import java.io.IOException;
import java.net.InetAddress;
import java.net.StandardProtocolFamily;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The running kernel's table, in a network namespace of the test's own. */
class KernelConntrackTest {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int TCP = 6;
  private static final int UDP = 17;

  @Test
  void twentyThousandFlowsAndExactlyThoseOfOneFrontendGo() throws Exception {
    PrivateNamespace.run(() -> {
      fill(StandardProtocolFamily.INET, "10.96.0.", "10.244.1.5", "10.244.2.7");
      List<ConntrackEntry> before = KernelTable.list(StandardProtocolFamily.INET, UDP);
      assertThat(before).hasSize(20_000);
      Set<ConntrackEntry> doomed = scan(filter("10.96.0.3", 53));
      assertThat(doomed)
          .hasSize(1000)
          .allMatch(entry -> entry.original().destinationPort() == 53)
          .allMatch(ConntrackEntry::destinationChanged)
          .allMatch(entry -> entry.reply().source().equals(InetAddress.ofLiteral("10.244.2.7")));

      try (ConntrackSocket conntrack = ConntrackSocket.open(PATIENCE)) {
        for (ConntrackEntry entry : doomed) {
          assertThat(conntrack.delete(entry)).isTrue();
          assertThat(conntrack.delete(entry)).as("a second time").isFalse();
        }
      }

      Set<ConntrackEntry> left = new HashSet<>(before);
      left.removeAll(doomed);
      assertThat(KernelTable.list(StandardProtocolFamily.INET, UDP))
          .containsExactlyInAnyOrderElementsOf(left);
      assertThat(KernelTable.list(StandardProtocolFamily.INET, TCP)).hasSize(1);
    });
  }

  /** 10 addresses with 2 ports each, 1,000 flows a frontend, and one TCP connection. */
  private static void fill(
      StandardProtocolFamily family, String services, String client, String endpoint)
      throws IOException {
    assertThat(KernelTable.list(family, UDP)).isEmpty();
    try (KernelTable table = KernelTable.open()) {
      for (int i = 0; i < 20_000; i++) {
        ConntrackTuple flow = flow(UDP, client, i / 20 + 1000, services + i % 10, 53 + i / 10 % 2);
        table.addTranslated(flow, InetAddress.ofLiteral(endpoint));
      }
      table.addTranslated(
          flow(TCP, client, 1000, services + 3, 53), InetAddress.ofLiteral(endpoint));
    }
  }

  @Test
  void bothFamiliesAndAllKindsOfFilters() throws Exception {
    PrivateNamespace.run(() -> {
      try (KernelTable table = KernelTable.open()) {
        table.add(flow(UDP, "fd00:244::5", 1000, "fd00:96::a", 53));
        table.add(flow(UDP, "fd00:244::5", 1000, "fd00:96::b", 53));
        table.add(flow(UDP, "fd00:244::5", 1000, "fd00:96::b", 54));
        table.add(flow(UDP, "10.244.1.5", 1000, "10.96.0.10", 53));
      }

      assertThat(scan(filter("fd00:96::a", 53))).hasSize(1);
      assertThat(scan(byPort(StandardProtocolFamily.INET6, 53))).hasSize(2);
      assertThat(scan(byPort(StandardProtocolFamily.INET, 53))).hasSize(1);
      assertThat(KernelTable.list(StandardProtocolFamily.INET6, UDP))
          .hasSize(3)
          .noneMatch(ConntrackEntry::destinationChanged);
      try (ConntrackSocket conntrack = ConntrackSocket.open(PATIENCE)) {
        for (ConntrackEntry entry : scan(byPort(StandardProtocolFamily.INET6, 53))) {
          assertThat(conntrack.delete(entry)).isTrue();
        }
      }
      assertThat(KernelTable.list(StandardProtocolFamily.INET6, UDP)).hasSize(1);
    });
  }

  @Test
  void aSuccessorWithTheSameTuplesIsNotMeant() throws Exception {
    PrivateNamespace.run(() -> {
      ConntrackTuple flow = flow(UDP, "10.244.1.5", 1000, "10.96.0.10", 53);
      try (KernelTable table = KernelTable.open();
          ConntrackSocket conntrack = ConntrackSocket.open(PATIENCE)) {
        table.add(flow);
        ConntrackEntry first = KernelTable.list(StandardProtocolFamily.INET, UDP).getFirst();
        ConntrackEntry other =
            new ConntrackEntry(first.original(), first.reply(), first.status(), first.id() ^ 1);

        assertThat(conntrack.delete(other)).isFalse();
        assertThat(KernelTable.list(StandardProtocolFamily.INET, UDP)).containsExactly(first);
      }
    });
  }

  private static Set<ConntrackEntry> scan(ConntrackFilter filter) throws IOException {
    List<ConntrackEntry> seen = new ArrayList<>();
    try (ConntrackSocket conntrack = ConntrackSocket.open(PATIENCE)) {
      conntrack.scan(filter, seen::add);
    }
    assertThat(seen).doesNotHaveDuplicates();
    return new HashSet<>(seen);
  }

  private static ConntrackFilter filter(String destination, int port) {
    InetAddress address = InetAddress.ofLiteral(destination);
    return new ConntrackFilter(
        address.getAddress().length == 4
            ? StandardProtocolFamily.INET
            : StandardProtocolFamily.INET6,
        UDP,
        Optional.of(address),
        OptionalInt.of(port));
  }

  private static ConntrackFilter byPort(StandardProtocolFamily family, int port) {
    return new ConntrackFilter(family, UDP, Optional.empty(), OptionalInt.of(port));
  }

  private static ConntrackTuple flow(
      int protocol, String source, int sourcePort, String destination, int port) {
    return new ConntrackTuple(
        InetAddress.ofLiteral(source),
        InetAddress.ofLiteral(destination),
        protocol,
        sourcePort,
        port);
  }
}
