package io.pointsman.netlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.pointsman.netlink.XtablesSocket.Family;
import io.pointsman.netlink.XtablesSocket.TableSize;
import io.pointsman.netlink.netns.NetworkNamespace;
import java.nio.channels.ClosedChannelException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What x_tables tells, in a network namespace of the test's own. */
class XtablesSocketTest {
  private static NetworkNamespace namespace() {
    Optional<String> missing = NetworkNamespace.unavailable();
    if (missing.isPresent() && "true".equals(System.getenv("CI"))) {
      throw new AssertionError("CI must run the kernel tests: " + missing.get());
    }
    assumeTrue(missing.isEmpty(), "needs root to make a network namespace");
    return NetworkNamespace.create();
  }

  @ParameterizedTest
  @EnumSource
  void eachChangeOfSizeShows(Family family) throws Exception {
    String iptables = family == Family.IPV4 ? "iptables-legacy" : "ip6tables-legacy";
    try (NetworkNamespace namespace = namespace();
        XtablesSocket socket = namespace.call(() -> XtablesSocket.open(family))) {
      Set<TableSize> seen = new HashSet<>();
      for (String change :
          List.of(
              "-N OTHER",
              "-A PREROUTING -j OTHER",
              "-A OTHER -j ACCEPT",
              "-A OTHER -p tcp --dport 80 -j RETURN",
              "-D PREROUTING 1",
              "-A OUTPUT -j OTHER")) {
        namespace.exec((iptables + " -t nat " + change).split(" ")).orThrow();
        TableSize size = socket.size("nat").orElseThrow();
        assertThat(seen.add(size)).as(change).isTrue();
        assertThat(socket.size("nat")).as("without a change").contains(size);
      }
      TableSize all = socket.size("nat").orElseThrow();
      // Four policies and the end; a jump; a chain's head, its two rules and its return.
      assertThat(all.entries()).isEqualTo(10);
      assertThat(all.bytes()).isGreaterThan(all.offsets().getLast());
      assertThat(all.offsets()).hasSize(10);
      assertThat(socket.size("nonsense")).isEmpty();
    }
  }

  @Test
  void aClosedSocketAndALongNameAreRefused() throws Exception {
    try (NetworkNamespace namespace = namespace()) {
      XtablesSocket socket = namespace.call(() -> XtablesSocket.open(Family.IPV4));
      assertThatThrownBy(() -> socket.size("n".repeat(32)))
          .isInstanceOf(IllegalArgumentException.class);
      socket.close();
      socket.close();
      assertThatThrownBy(() -> socket.size("nat")).isInstanceOf(ClosedChannelException.class);
    }
  }
}
