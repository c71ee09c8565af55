package io.pointsman.netlink.nfnetlink;

import static org.assertj.core.api.Assertions.assertThat;

import io.pointsman.netlink.ForwardingTransport;
import io.pointsman.netlink.NetlinkException;
import io.pointsman.netlink.PrivateNamespace;
import io.pointsman.netlink.codec.Attributes;
import io.pointsman.netlink.codec.Errno;
import io.pointsman.netlink.codec.Message;
import io.pointsman.netlink.codec.MessageFlags;
import io.pointsman.netlink.codec.MessageWriter;
import io.pointsman.netlink.codec.NetlinkError;
import io.pointsman.netlink.nfnetlink.Notifications.Arrival;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Batches against the running kernel, each test in a network namespace of its own. */
class KernelBatchTest {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int INET = 2;

  // nf_tables.h
  private static final int NEWTABLE = 0;
  private static final int GETTABLE = 1;
  private static final int DELTABLE = 2;
  private static final int NEWCHAIN = 3;
  private static final int NEWSET = 9;
  private static final int NEWSETELEM = 12;
  private static final int GETSETELEM = 13;
  private static final int NEWGEN = 15;

  @Test
  void aCommitIsVisibleAndMovesTheGeneration() throws Exception {
    inNamespace(socket -> {
      int before = socket.generation();

      assertThat(socket.commit(withTable(Batch.forGeneration(before), "t")))
          .isEqualTo(new CommitResult.Committed());

      assertThat(tables(socket)).containsExactly("t");
      assertThat(socket.generation()).isEqualTo(before + 1);
    });
  }

  @Test
  void anEmptyBatchIsCommittedAndMovesNothing() throws Exception {
    inNamespace(socket -> {
      int before = socket.generation();

      assertThat(socket.commit(Batch.unconditional())).isEqualTo(new CommitResult.Committed());
      assertThat(socket.generation()).isEqualTo(before);
    });
  }

  @Test
  void eachMessageThatFailsIsNamedAndNothingIsApplied() throws Exception {
    inNamespace(socket -> {
      Batch batch = withTable(Batch.unconditional(), "t");
      int missingTable = batch.add(DELTABLE, 0, INET, writer -> writer.putString(1, "missing"));
      int chainWithoutTable =
          batch.add(
              NEWCHAIN,
              MessageFlags.CREATE,
              INET,
              writer -> writer.putString(3, "c").putString(1, "missing"));

      CommitResult result = socket.commit(batch);

      assertThat(result).isInstanceOf(CommitResult.Rejected.class);
      CommitResult.Rejected rejected = (CommitResult.Rejected) result;
      assertThat(rejected.complete()).isTrue();
      assertThat(rejected.errors())
          .extracting(NetlinkError::sequence)
          .containsExactly(missingTable, chainWithoutTable);
      assertThat(rejected.errors()).extracting(NetlinkError::errno).containsOnly(Errno.ENOENT);
      assertThat(rejected.errors())
          .extracting(NetlinkError::requestType)
          .containsExactly(0xa00 | DELTABLE, 0xa00 | NEWCHAIN);
      // Behind both headers; the chain's name takes 8 bytes before the table's.
      assertThat(rejected.errors().getFirst().offset()).hasValue(20);
      assertThat(rejected.errors().getLast().offset()).hasValue(28);
      assertThat(tables(socket)).isEmpty();
    });
  }

  @Test
  void aStaleBatchIsNotApplied() throws Exception {
    inNamespace(socket -> {
      int before = socket.generation();
      assertThat(socket.commit(withTable(Batch.unconditional(), "other")))
          .isEqualTo(new CommitResult.Committed());

      assertThat(socket.commit(withTable(Batch.forGeneration(before), "mine")))
          .isEqualTo(new CommitResult.Stale());
      assertThat(tables(socket)).containsExactly("other");
    });
  }

  @Test
  void aBatchLargerThanTheDefaultBuffersIsOneTransaction() throws Exception {
    inNamespace(socket -> {
      int elements = 20_000;
      Batch batch = withTable(Batch.unconditional(), "t");
      batch.add(NEWSET, MessageFlags.CREATE, INET, KernelBatchTest::addressSet);
      addElements(batch, elements);
      assertThat(batch.size()).isGreaterThan(200_000);
      int before = socket.generation();

      assertThat(socket.commit(batch)).isEqualTo(new CommitResult.Committed());

      assertThat(socket.generation()).isEqualTo(before + 1);
      assertThat(countElements(socket)).isEqualTo(elements);
    });
  }

  @Test
  void thousandsOfErrorsAllArrive() throws Exception {
    inNamespace(socket -> {
      CommitResult result = socket.commit(failing(3000));

      assertThat(result).isInstanceOf(CommitResult.Rejected.class);
      CommitResult.Rejected rejected = (CommitResult.Rejected) result;
      assertThat(rejected.complete()).isTrue();
      assertThat(rejected.errors()).hasSize(3000);
    });
  }

  @Test
  void anOverrunOfTheReceiveBufferIsNoticed() throws Exception {
    PrivateNamespace.run(() -> {
      try (BatchSocket socket = new BatchSocket(new SmallReceiveBuffer(), PATIENCE)) {
        CommitResult result = socket.commit(failing(3000));

        assertThat(result).isInstanceOf(CommitResult.Rejected.class);
        CommitResult.Rejected rejected = (CommitResult.Rejected) result;
        assertThat(rejected.complete()).isFalse();
        assertThat(rejected.errors()).hasSizeBetween(1, 2999);
        assertThat(socket.commit(withTable(Batch.unconditional(), "t")))
            .isEqualTo(new CommitResult.Committed());
      }
    });
  }

  @Test
  void commitsAreNotifiedWithTheirSocketsPortId() throws Exception {
    inNamespace(socket -> {
      try (Notifications notifications = Notifications.ofNftables(1 << 20)) {
        socket.commit(withTable(Batch.unconditional(), "t"));

        List<Message> seen = new ArrayList<>();
        while (seen.stream().noneMatch(message -> message.type() == (0xa00 | NEWGEN))) {
          assertThat(notifications.next(PATIENCE, seen::add)).isEqualTo(Arrival.MESSAGES);
        }
        assertThat(seen)
            .extracting(Message::type)
            .containsExactly(0xa00 | NEWTABLE, 0xa00 | NEWGEN);
        assertThat(seen).extracting(Message::portId).containsOnly(socket.portId());
        assertThat(notifications.next(Duration.ZERO, seen::add)).isEqualTo(Arrival.NOTHING);
      }
    });
  }

  @Test
  void closingWakesUpTheReader() throws Exception {
    PrivateNamespace.run(() -> {
      Notifications notifications = Notifications.ofNftables(1 << 20);
      CompletableFuture<Arrival> arrival = new CompletableFuture<>();
      CompletableFuture<Void> started = new CompletableFuture<>();
      Thread reader =
          new Thread(() -> {
            started.complete(null);
            try {
              arrival.complete(notifications.next(Duration.ofMinutes(10), message -> {}));
            } catch (IOException failure) {
              arrival.completeExceptionally(failure);
            }
          });
      reader.setDaemon(true);
      reader.start();
      started.get(10, TimeUnit.SECONDS);
      notifications.close();
      notifications.close();

      assertThat(arrival.get(10, TimeUnit.SECONDS)).isEqualTo(Arrival.CLOSED);
      assertThat(notifications.next(PATIENCE, message -> {})).isEqualTo(Arrival.CLOSED);
    });
  }

  private interface Body {
    void run(BatchSocket socket) throws Exception;
  }

  private static void inNamespace(Body body) throws Exception {
    PrivateNamespace.run(() -> {
      try (BatchSocket socket = BatchSocket.open(PATIENCE)) {
        body.run(socket);
      }
    });
  }

  private static Batch withTable(Batch batch, String name) {
    batch.add(NEWTABLE, MessageFlags.CREATE, INET, writer -> writer.putString(1, name));
    return batch;
  }

  private static Batch failing(int messages) {
    Batch batch = Batch.unconditional();
    for (int i = 0; i < messages; i++) {
      batch.add(DELTABLE, 0, INET, writer -> writer.putString(1, "missing"));
    }
    return batch;
  }

  private static void addressSet(MessageWriter writer) {
    writer.putString(1, "t").putString(2, "s").putU32Be(3, 0);
    writer.putU32Be(4, 7).putU32Be(5, 4).putU32Be(10, 1);
  }

  private static void addElements(Batch batch, int count) {
    int most = 64;
    for (int next = 0; next < count; ) {
      batch.begin(NEWSETELEM, MessageFlags.CREATE, INET);
      MessageWriter writer = batch.writer().putString(1, "t").putString(2, "s").beginNest(3);
      for (; next < count && writer.nestRoom() >= most; next++) {
        writer.beginNest(1).beginNest(1).putU32Be(1, 0x0a000000 + next).endNest().endNest();
      }
      writer.endNest();
      batch.end();
    }
  }

  private static List<String> tables(BatchSocket socket) throws IOException {
    List<String> names = new ArrayList<>();
    for (Message message :
        socket.client().dump(0xa00 | GETTABLE, writer -> writer.putNfgenmsg(INET, 0))) {
      Attributes attributes = message.attributes(4);
      while (attributes.next()) {
        if (attributes.type() == 1) {
          names.add(attributes.string());
        }
      }
    }
    return names;
  }

  private static int countElements(BatchSocket socket) throws IOException {
    int count = 0;
    for (Message message :
        socket
            .client()
            .dump(
                0xa00 | GETSETELEM,
                writer -> writer.putNfgenmsg(INET, 0).putString(1, "t").putString(2, "s"))) {
      Attributes attributes = message.attributes(4);
      while (attributes.next()) {
        if (attributes.type() == 3) {
          Attributes elements = attributes.nested();
          while (elements.next()) {
            count++;
          }
        }
      }
    }
    return count;
  }

  /** A socket whose receive buffer stays as small as the kernel allows. */
  private static final class SmallReceiveBuffer extends ForwardingTransport {
    SmallReceiveBuffer() throws NetlinkException {}

    @Override
    public int setReceiveBuffer(int bytes) throws IOException {
      return super.setReceiveBuffer(1);
    }
  }
}
