package io.pointsman.netlink.nfnetlink;

import io.pointsman.netlink.Interruptions;
import io.pointsman.netlink.NetlinkClient;
import io.pointsman.netlink.NetlinkException;
import io.pointsman.netlink.NetlinkSocket;
import io.pointsman.netlink.NetlinkTransport;
import io.pointsman.netlink.codec.Attributes;
import io.pointsman.netlink.codec.Errno;
import io.pointsman.netlink.codec.MalformedMessage;
import io.pointsman.netlink.codec.Message;
import io.pointsman.netlink.codec.MessageWriter;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Commits batches, and dumps and asks over the same socket. For one thread at a time; {@link
 * #close} may come from any.
 *
 * <p>The kernel works a batch off while it is being sent, and queues its errors meanwhile: both
 * buffers must be large enough before the send. A receive buffer that overflows loses answers, not
 * the transaction.
 */
public final class BatchSocket implements AutoCloseable {
  // nf_tables.h
  private static final int NFT_MSG_NEWGEN = 15;
  private static final int NFT_MSG_GETGEN = 16;
  private static final int NFTA_GEN_ID = 1;
  private static final int NFGENMSG = 4;

  /** netlink_sendmsg() in af_netlink.c wants that much of the send buffer beyond the datagram. */
  private static final int SEND_OVERHEAD = 32;

  /** What one queued error takes of the receive buffer at most: sk_buff, header and attributes. */
  private static final int ERROR_FOOTPRINT = 2048;

  private static final int LEAST_RECEIVE_BUFFER = 1 << 20;
  private static final int MOST_RECEIVE_BUFFER = 1 << 30;
  private static final int MOST_OVERRUNS = 1000;

  private final NetlinkTransport transport;
  private final NetlinkClient client;
  private int sendBuffer;
  private int receiveBuffer;

  /**
   * @param transport of {@link NetlinkSocket#NETFILTER}; closed with this
   * @param patience how long the kernel may be silent at most when asked for something
   */
  public BatchSocket(NetlinkTransport transport, Duration patience) {
    this.transport = transport;
    this.client = new NetlinkClient(transport, patience);
  }

  /** Opens a socket in the calling thread's network namespace. */
  public static BatchSocket open(Duration patience) throws NetlinkException {
    return new BatchSocket(NetlinkSocket.open(NetlinkSocket.NETFILTER), patience);
  }

  /** Requests and dumps over the same socket. */
  public NetlinkClient client() {
    return client;
  }

  /** The socket's address: what notifications of this socket's own commits carry. */
  public int portId() {
    return transport.portId();
  }

  /**
   * Commits a batch. The batch is finished by this.
   *
   * @throws NetlinkException if the batch could not be handed to the kernel; nothing is applied
   *     then. {@code EMSGSIZE}: the send buffer could not be made large enough
   */
  public CommitResult commit(Batch batch) throws IOException {
    MessageWriter datagram = batch.finish();
    // Answers to a former batch must not be taken for answers to this one.
    client.discardLeftovers();
    makeRoom(batch, datagram.size());
    Interruptions.retried(() -> {
      transport.send(datagram.buffer(), datagram.size());
      return datagram;
    });
    CommitAnswers answers = new CommitAnswers(batch.endSequence());
    collect(answers);
    return answers.isSilent() ? confirm(batch) : answers.result();
  }

  /**
   * The generation of the rulesets of the network namespace: changed by each commit of anybody that
   * changes something, in whatever table. Compare for equality only; it wraps.
   */
  public int generation() throws IOException {
    List<Message> replies =
        client.request(Batch.NFTABLES << 8 | NFT_MSG_GETGEN, 0, writer -> writer.putNfgenmsg(0, 0));
    for (Message reply : replies) {
      if (reply.type() == (Batch.NFTABLES << 8 | NFT_MSG_NEWGEN)) {
        Attributes attributes = reply.attributes(NFGENMSG);
        while (attributes.next()) {
          if (attributes.type() == NFTA_GEN_ID) {
            return attributes.u32Be();
          }
        }
      }
    }
    throw new NetlinkException(
        "get generation", Errno.ENODATA, "the kernel's answer holds no generation id");
  }

  @Override
  public void close() {
    transport.close();
  }

  private void makeRoom(Batch batch, int size) throws IOException {
    int toSend = Math.addExact(size, SEND_OVERHEAD);
    if (sendBuffer < toSend) {
      sendBuffer = transport.setSendBuffer(toSend);
    }
    if (sendBuffer < toSend) {
      throw new NetlinkException(
          "commit",
          Errno.EMSGSIZE,
          "a batch of %d bytes exceeds the send buffer of %d: grant CAP_NET_ADMIN or raise net.core.wmem_max"
              .formatted(size, sendBuffer));
    }
    long answers = (batch.messages() + 2L) * ERROR_FOOTPRINT;
    int toReceive = (int) Math.min(Math.max(answers, LEAST_RECEIVE_BUFFER), MOST_RECEIVE_BUFFER);
    if (receiveBuffer < toReceive) {
      // Less than that is no reason to give up: an overrun is noticed.
      receiveBuffer = transport.setReceiveBuffer(toReceive);
    }
  }

  /** The batch is worked off: what is not in the queue now will not come. */
  private void collect(CommitAnswers answers) throws IOException {
    for (int overruns = 0; overruns < MOST_OVERRUNS; ) {
      try {
        Optional<byte[]> datagram = receiveNow();
        if (datagram.isEmpty()) {
          return;
        }
        answers.take(datagram.get());
      } catch (NetlinkException failure) {
        answers.lost(String.valueOf(failure.getMessage()));
        if (!failure.errno().equals(Errno.ENOBUFS)) {
          return;
        }
        overruns++;
      } catch (MalformedMessage malformed) {
        answers.lost(String.valueOf(malformed.getMessage()));
      }
    }
  }

  private Optional<byte[]> receiveNow() throws IOException {
    return Interruptions.retried(() -> transport.receive(Duration.ZERO));
  }

  /**
   * Kernels before 6.10 do not acknowledge the end of a batch: no error after the send means
   * success. That the socket still answers, and that the generation moved if the batch tells from
   * where, confirms it.
   */
  private CommitResult confirm(Batch batch) {
    try {
      int now = generation();
      boolean unmoved = batch.generation().isPresent() && batch.generation().getAsInt() == now;
      return unmoved && !batch.isEmpty()
          ? new CommitResult.Unknown("no answer, and the generation is still " + now)
          : new CommitResult.Committed();
    } catch (IOException | MalformedMessage failure) {
      return new CommitResult.Unknown("no answer, and then " + failure.getMessage());
    }
  }
}
