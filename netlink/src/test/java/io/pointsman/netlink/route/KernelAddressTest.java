package io.pointsman.netlink.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pointsman.netlink.NetlinkClient;
import io.pointsman.netlink.NetlinkSocket;
import io.pointsman.netlink.PrivateNamespace;
import io.pointsman.netlink.RequestRejected;
import io.pointsman.netlink.codec.Errno;
import io.pointsman.netlink.codec.MessageFlags;
import io.pointsman.netlink.nfnetlink.Notifications;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Addresses of the running kernel, in a network namespace of the test's own. */
class KernelAddressTest {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int LOOPBACK = 1;

  // rtnetlink.h
  private static final int NEWLINK = 16;
  private static final int NEWADDR = 20;

  @Test
  void addressesOfBothFamiliesAreListed() throws Exception {
    PrivateNamespace.run(() -> {
      try (RouteSocket routes = RouteSocket.open(PATIENCE);
          NetlinkSocket socket = NetlinkSocket.open(NetlinkSocket.ROUTE)) {
        assertThat(routes.addresses()).isEmpty();
        NetlinkClient client = new NetlinkClient(socket, PATIENCE);
        client.request(NEWLINK, 0, writer -> writer.putFixedHeader(loopbackUp()));
        addAddress(client, 2, 24, "192.0.2.1");

        assertThat(routes.addresses())
            .contains(
                new InterfaceAddress(
                    LOOPBACK,
                    "lo",
                    InetAddress.ofLiteral("192.0.2.1"),
                    24,
                    InterfaceAddress.SCOPE_UNIVERSE,
                    0x80))
            .extracting(InterfaceAddress::address)
            .contains(InetAddress.ofLiteral("127.0.0.1"))
            .contains(InetAddress.ofLiteral("::1"));
        assertThat(routes.addresses())
            .filteredOn(address -> address.address().isLoopbackAddress())
            .extracting(InterfaceAddress::scope)
            .containsOnly(InterfaceAddress.SCOPE_HOST);
      }
    });
  }

  @Test
  void aChangeOfEitherFamilyIsTold() throws Exception {
    PrivateNamespace.run(() -> {
      try (Notifications changes = Notifications.ofAddresses();
          NetlinkSocket socket = NetlinkSocket.open(NetlinkSocket.ROUTE)) {
        NetlinkClient client = new NetlinkClient(socket, PATIENCE);
        assertThat(changes.next(Duration.ZERO, ignored -> {}))
            .isEqualTo(Notifications.Arrival.NOTHING);

        addAddress(client, 2, 24, "192.0.2.1");
        assertThat(changes.next(PATIENCE, ignored -> {})).isEqualTo(Notifications.Arrival.MESSAGES);
        addAddress(client, 10, 64, "2001:db8::1");
        assertThat(changes.next(PATIENCE, ignored -> {})).isEqualTo(Notifications.Arrival.MESSAGES);
      }
    });
  }

  @Test
  void aRefusedRequestSaysWhy() throws Exception {
    PrivateNamespace.run(() -> {
      try (NetlinkSocket socket = NetlinkSocket.open(NetlinkSocket.ROUTE)) {
        NetlinkClient client = new NetlinkClient(socket, PATIENCE);
        assertThatThrownBy(() -> addAddress(client, 2, 33, "192.0.2.1"))
            .isInstanceOfSatisfying(
                RequestRejected.class,
                rejection -> {
                  assertThat(rejection.errno()).isEqualTo(Errno.EINVAL);
                  assertThat(rejection.error().message()).contains("prefix length");
                });
      }
    });
  }

  private static byte[] loopbackUp() {
    ByteBuffer header = ByteBuffer.allocate(16).order(ByteOrder.nativeOrder());
    int up = 1;
    return header.putInt(0).putInt(LOOPBACK).putInt(up).putInt(up).array();
  }

  private static void addAddress(NetlinkClient client, int family, int length, String address)
      throws Exception {
    ByteBuffer header = ByteBuffer.allocate(8).order(ByteOrder.nativeOrder());
    header.put((byte) family).put((byte) length).put((byte) 0).put((byte) 0).putInt(LOOPBACK);
    byte[] bytes = InetAddress.ofLiteral(address).getAddress();
    client.request(
        NEWADDR,
        MessageFlags.CREATE | MessageFlags.EXCLUSIVE,
        writer -> writer.putFixedHeader(header.array()).putBytes(2, bytes).putBytes(1, bytes));
  }
}
