package io.pointsman.nftables;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pointsman.dataplane.CommitResult;
import io.pointsman.dataplane.Dataplane;
import io.pointsman.dataplane.DataplaneException;
import io.pointsman.model.Endpoint;
import io.pointsman.model.EndpointSlice;
import io.pointsman.model.ObjectName;
import io.pointsman.model.Service;
import io.pointsman.model.ServiceType;
import io.pointsman.model.TrafficPolicy;
import io.pointsman.net.IpFamily;
import io.pointsman.net.Protocol;
import io.pointsman.netlink.ForwardingTransport;
import io.pointsman.netlink.NetlinkException;
import io.pointsman.netlink.codec.Errno;
import io.pointsman.netlink.codec.MessageFlags;
import io.pointsman.netlink.netns.NetworkNamespace;
import io.pointsman.netlink.nfnetlink.Batch;
import io.pointsman.netlink.nfnetlink.BatchSocket;
import io.pointsman.plan.FamilyPlan;
import io.pointsman.plan.NodeContext;
import io.pointsman.plan.Planner;
import io.pointsman.snapshot.ClusterEvent;
import io.pointsman.snapshot.ClusterSnapshot;
import io.pointsman.testing.Contexts;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What goes wrong between us and a real kernel ends with the right rules in it. */
class TroubledKernelTest {
  private static final NodeContext CONTEXT = Contexts.of(IpFamily.IPV4);
  private static final FamilyPlan SMALL = plan(40);
  private static final FamilyPlan LARGE = plan(3000);

  /** NFT_MSG_GETSETELEM. */
  private static final short DUMP_OF_ELEMENTS = Batch.NFTABLES << 8 | 13;

  private static FamilyPlan plan(int services) {
    List<ClusterEvent> events = new ArrayList<>();
    for (int i = 0; i < services; i++) {
      events.add(new ClusterEvent.ServiceSet(service(i, 0)));
      events.add(new ClusterEvent.SliceSet(slice(i)));
    }
    ClusterSnapshot snapshot = ClusterSnapshot.empty().apply(events);
    return Planner.plan(FamilyPlan.empty(CONTEXT), snapshot, CONTEXT);
  }

  private static Service service(int i, int affinitySeconds) {
    return new Service(
        new ObjectName("default", "svc-" + i),
        Instant.EPOCH,
        ServiceType.CLUSTER_IP,
        List.of("10.96." + (i >> 8) + "." + (i & 255)),
        List.of(IpFamily.IPV4),
        List.of(new Service.Port("http", Protocol.TCP, 80, 0)),
        List.of(),
        List.of(),
        List.of(),
        TrafficPolicy.CLUSTER,
        TrafficPolicy.CLUSTER,
        affinitySeconds,
        0);
  }

  private static EndpointSlice slice(int i) {
    String prefix = "10.244." + (i >> 6 & 255) + ".";
    int host = (i & 63) * 3 + 1;
    return new EndpointSlice(
        new ObjectName("default", "svc-" + i + "-1"),
        new ObjectName("default", "svc-" + i),
        IpFamily.IPV4,
        List.of(new EndpointSlice.Port("http", Protocol.TCP, 8080)),
        List.of(
            Endpoint.ready(prefix + host, "node-b"),
            Endpoint.ready(prefix + (host + 1), "node-b"),
            Endpoint.ready(prefix + (host + 2), "node-b")),
        Optional.empty());
  }

  @BeforeEach
  void needsNamespaces() {
    Namespaces.require();
  }

  /** A kernel behind a socket that misbehaves as told; without that it does nothing else. */
  private static class Trouble extends ForwardingTransport {
    final List<Integer> batches = new ArrayList<>();

    Trouble() throws NetlinkException {}

    /** Whether what is sent is a transaction: its first message is NFNL_MSG_BATCH_BEGIN. */
    static boolean isBatch(byte[] buffer) {
      return header(buffer).getShort(4) == 0x10;
    }

    static ByteBuffer header(byte[] datagram) {
      return ByteBuffer.wrap(datagram).order(ByteOrder.nativeOrder());
    }

    @Override
    public void send(byte[] buffer, int length) throws IOException {
      if (isBatch(buffer)) {
        batches.add(length);
      }
      super.send(buffer, length);
    }
  }

  private interface Play {
    void run(NftablesDataplane dataplane, NetworkNamespace namespace) throws Exception;
  }

  private interface Opening {
    Trouble open() throws IOException;
  }

  private static void play(Opening opening, Play play) throws Exception {
    try (NetworkNamespace namespace = NetworkNamespace.create()) {
      namespace.call(() -> {
        Trouble trouble = opening.open();
        BatchSocket socket = new BatchSocket(trouble, Duration.ofSeconds(10));
        ForeignChanges foreign = new ForeignChanges();
        try (NftablesDataplane dataplane = new NftablesDataplane(IpFamily.IPV4, socket, foreign)) {
          play.run(dataplane, namespace);
        }
        return true;
      });
    }
  }

  private static void assertHolds(NftablesDataplane dataplane, FamilyPlan plan)
      throws DataplaneException {
    assertThat(dataplane.commit(plan)).isInstanceOf(CommitResult.Committed.class);
    assertThat(dataplane.drift()).isEmpty();
    dataplane.forget();
    assertThat(dataplane.commit(plan)).isEqualTo(new CommitResult.Committed(0));
  }

  @Test
  void answersThatAreLostAfterACommitAreMadeUpForByReading() throws Exception {
    final class Forgetful extends Trouble {
      private boolean loses = true;

      Forgetful() throws NetlinkException {}

      @Override
      public Optional<byte[]> receive(Duration wait) throws IOException {
        if (batches.isEmpty() || !loses) {
          return super.receive(wait);
        }
        loses = false;
        while (super.receive(Duration.ZERO).isPresent()) {
          // The acknowledgement of the commit is among what did not fit.
        }
        throw new NetlinkException("receive", Errno.ENOBUFS, "");
      }
    }
    play(
        Forgetful::new,
        (dataplane, namespace) -> {
          assertThat(dataplane.commit(SMALL)).isInstanceOf(CommitResult.Unknown.class);
          assertThat(dataplane.commit(SMALL)).isEqualTo(new CommitResult.Committed(0));
          assertHolds(dataplane, SMALL);
        });
  }

  @Test
  void aDumpThatSomebodyDisturbsIsReadAgain() throws Exception {
    final class Disturbed extends Trouble {
      private int disturbances = 3;

      Disturbed() throws NetlinkException {}

      @Override
      public Optional<byte[]> receive(Duration wait) throws IOException {
        Optional<byte[]> datagram = super.receive(wait);
        if (disturbances > 0 && datagram.isPresent()) {
          ByteBuffer header = header(datagram.get());
          short flags = header.getShort(6);
          if ((flags & MessageFlags.MULTI) != 0) {
            disturbances--;
            header.putShort(6, (short) (flags | MessageFlags.DUMP_INTERRUPTED));
          }
        }
        return datagram;
      }
    }
    play(Disturbed::new, (dataplane, namespace) -> assertHolds(dataplane, SMALL));
  }

  @Test
  void aTransactionFromAnOldReadingIsNotApplied() throws Exception {
    final class Overtaken extends Trouble {
      private int times;
      private final int most;

      Overtaken(int most) throws NetlinkException {
        this.most = most;
      }

      // Another program is always a little faster.
      @Override
      public void send(byte[] buffer, int length) throws IOException {
        if (isBatch(buffer) && times++ < most) {
          try (BatchSocket other = BatchSocket.open(Duration.ofSeconds(10))) {
            Batch batch = Batch.unconditional();
            batch.add(0, MessageFlags.CREATE, 2, table -> table.putString(1, "other" + times));
            assertThat(other.commit(batch))
                .isEqualTo(new io.pointsman.netlink.nfnetlink.CommitResult.Committed());
          }
        }
        super.send(buffer, length);
      }
    }
    for (int most : new int[] {1, 3, 100}) {
      Overtaken[] overtaken = new Overtaken[1];
      play(
          () -> overtaken[0] = new Overtaken(most),
          (dataplane, namespace) -> {
            assertThat(dataplane.commit(SMALL)).isInstanceOf(CommitResult.Committed.class);
            assertThat(overtaken[0].batches).hasSize(Math.min(most + 1, 5));
            assertHolds(dataplane, SMALL);
          });
    }
  }

  /** Whether anybody in this namespace has joined NFNLGRP_NFTABLES of NETLINK_NETFILTER. */
  private static boolean isListenedTo() throws IOException {
    return Files.readAllLines(Path.of("/proc/thread-self/net/netlink")).stream()
        .map(line -> line.strip().split("\\s+", -1))
        .anyMatch(fields -> fields[1].equals("12") && Long.parseLong(fields[3], 16) == 0x40);
  }

  @Test
  void nobodyListensToLargeTransactionsAndYetWhatOthersDoMeanwhileIsSeen() throws Exception {
    final class Observed extends Trouble {
      private boolean listenedTo;
      private IoRunnable afterwards = () -> {};

      Observed() throws NetlinkException {}

      @Override
      public void send(byte[] buffer, int length) throws IOException {
        listenedTo |= isBatch(buffer) && isListenedTo();
        super.send(buffer, length);
        if (isBatch(buffer)) {
          afterwards.run();
        }
      }
    }
    Observed[] observed = new Observed[1];
    play(
        () -> observed[0] = new Observed(),
        (dataplane, namespace) -> {
          assertThat(dataplane.commit(SMALL)).isInstanceOf(CommitResult.Committed.class);
          assertThat(dataplane.commit(LARGE)).isInstanceOf(CommitResult.Committed.class);
          assertThat(observed[0].listenedTo).isFalse();
          assertThat(dataplane.isDisturbed()).isFalse();
          assertThat(isListenedTo()).isTrue();
          // A small one is heard, and known as our own.
          assertThat(dataplane.commit(plan(2999))).isInstanceOf(CommitResult.Committed.class);
          assertThat(observed[0].listenedTo).isTrue();
          assertThat(dataplane.isDisturbed()).isFalse();
          observed[0].afterwards =
              () -> namespace.exec("nft", "flush", "map", "ip", Ruleset.TABLE, "frontends");
          assertThat(dataplane.commit(SMALL)).isInstanceOf(CommitResult.Committed.class);
          observed[0].afterwards = () -> {};
          assertThat(dataplane.isDisturbed()).isTrue();
          dataplane.forget();
          assertHolds(dataplane, SMALL);
          assertThat(dataplane.isDisturbed()).isFalse();
        });
  }

  @Test
  void aFamilyIsNotTakenForAStrangerByTheOther() throws Exception {
    NftablesBackend backend = new NftablesBackend();
    NodeContext six = Contexts.of(IpFamily.IPV6);
    FamilyPlan empty = FamilyPlan.empty(six);
    try (NetworkNamespace namespace = NetworkNamespace.create()) {
      namespace.call(() -> {
        try (Dataplane v4 = backend.open(IpFamily.IPV4);
            Dataplane v6 = backend.open(IpFamily.IPV6)) {
          v4.commit(LARGE);
          v6.commit(empty);
          assertThat(List.of(v4.isDisturbed(), v6.isDisturbed())).containsExactly(false, false);
          namespace.exec("nft", "delete", "table", "ip6", Ruleset.TABLE);
          assertThat(List.of(v4.isDisturbed(), v6.isDisturbed())).containsExactly(false, true);
          v6.forget();
          assertThat(v6.commit(empty)).isInstanceOf(CommitResult.Committed.class);
          assertThat(List.of(v4.isDisturbed(), v6.isDisturbed())).containsExactly(false, false);
        }
        return true;
      });
    }
  }

  private interface IoRunnable {
    void run() throws IOException;
  }

  @Test
  void clientsThatCouldNotBeForgottenAreForgottenNextTime() throws Exception {
    final class Deaf extends Trouble {
      private boolean isDeaf;
      private int dumps;

      Deaf() throws NetlinkException {}

      @Override
      public void send(byte[] buffer, int length) throws IOException {
        if (header(buffer).getShort(4) == DUMP_OF_ELEMENTS) {
          dumps++;
          if (isDeaf) {
            throw new NetlinkException("send", Errno.ENOBUFS, "");
          }
        }
        super.send(buffer, length);
      }
    }
    ClusterSnapshot sticky =
        ClusterSnapshot.empty()
            .apply(
                List.of(
                    new ClusterEvent.ServiceSet(service(1, 60)),
                    new ClusterEvent.SliceSet(slice(1))));
    FamilyPlan plan = Planner.plan(FamilyPlan.empty(CONTEXT), sticky, CONTEXT);
    ClusterSnapshot deserted = sticky.apply(new ClusterEvent.SliceGone(slice(1).name()));
    FamilyPlan without = Planner.plan(plan, deserted, CONTEXT);
    Deaf[] deaf = new Deaf[1];
    play(
        () -> deaf[0] = new Deaf(),
        (dataplane, namespace) -> {
          assertHolds(dataplane, plan);
          deaf[0].isDeaf = true;
          assertThatThrownBy(() -> dataplane.commit(without))
              .isInstanceOf(DataplaneException.class);
          deaf[0].isDeaf = false;
          deaf[0].dumps = 0;
          assertThat(dataplane.commit(without)).isEqualTo(new CommitResult.Committed(0));
          assertThat(deaf[0].dumps).isPositive();
          assertHolds(dataplane, without);
        });
  }

  @Test
  void withoutARightToLargeBuffersSeveralTransactionsDo() throws Exception {
    final class Poor extends Trouble {
      Poor() throws NetlinkException {}

      // What net.core.wmem_max leaves to those without CAP_NET_ADMIN.
      @Override
      public int setSendBuffer(int bytes) {
        return 212_992;
      }
    }
    Poor[] poor = new Poor[1];
    play(
        () -> poor[0] = new Poor(),
        (dataplane, namespace) -> {
          assertHolds(dataplane, LARGE);
          assertThat(poor[0].batches).hasSizeGreaterThan(2).allMatch(size -> size < 212_992);
          assertHolds(dataplane, SMALL);
          assertHolds(dataplane, LARGE);
        });
  }

  @Test
  void aKernelWithoutAnExpressionIsToldWithAdvice() throws Exception {
    final class Poorer extends Trouble {
      private boolean lacks = true;

      Poorer() throws NetlinkException {}

      // Another expression's name in the place of one's: the kernel knows none such.
      @Override
      public void send(byte[] buffer, int length) throws IOException {
        if (lacks && isBatch(buffer)) {
          byte[] name = "numgen\0".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
          for (int i = 0; i + name.length < length; i++) {
            if (java.util.Arrays.equals(buffer, i, i + name.length, name, 0, name.length)) {
              buffer[i] = 'x';
            }
          }
        }
        super.send(buffer, length);
      }
    }
    Poorer[] poorer = new Poorer[1];
    play(
        () -> poorer[0] = new Poorer(),
        (dataplane, namespace) -> {
          CommitResult result = dataplane.commit(SMALL);
          assertThat(result).isInstanceOf(CommitResult.Rejected.class);
          assertThat(((CommitResult.Rejected) result).refusals())
              .isNotEmpty()
              .allSatisfy(refusal -> {
                assertThat(refusal.object()).startsWith("add rule ");
                assertThat(refusal.reason())
                    .contains("ENOENT", "nft_numgen", "--proxy-mode=iptables");
              });
          assertThat(namespace.exec("nft", "list", "tables").toString())
              .doesNotContain("pointsman");
          poorer[0].lacks = false;
          assertHolds(dataplane, SMALL);
        });
  }

  @Test
  void aKernelWithoutNfTablesIsToldWithAdvice() {
    final class None extends Trouble {
      None() throws NetlinkException {}

      @Override
      public void send(byte[] buffer, int length) throws IOException {
        throw new NetlinkException("send", Errno.EPROTONOSUPPORT, "");
      }
    }
    assertThatThrownBy(() ->
            NftablesBackend.check(
                new BatchSocket(new None(), Duration.ofSeconds(1)), IpFamily.IPV4))
        .isInstanceOf(DataplaneException.class)
        .hasMessageContaining("load the module nf_tables or use --proxy-mode=iptables");
  }
}
