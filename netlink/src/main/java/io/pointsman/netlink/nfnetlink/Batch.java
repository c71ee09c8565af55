package io.pointsman.netlink.nfnetlink;

import io.pointsman.netlink.codec.MessageFlags;
import io.pointsman.netlink.codec.MessageWriter;
import java.util.OptionalInt;
import java.util.function.Consumer;

/**
 * A transaction of nf_tables under construction: messages that the kernel applies all or none.
 *
 * <p>Sequence numbers are places in the batch: 0 is its begin, 1 the first message. They and so the
 * bytes depend on what is added alone. Errors refer to them. Not thread-safe.
 */
public final class Batch {
  /** {@code NFNL_SUBSYS_NFTABLES}: the upper byte of each message type. */
  public static final int NFTABLES = 10;

  // nfnetlink.h
  private static final int BATCH_BEGIN = 0x10;
  private static final int BATCH_END = 0x11;
  private static final int BATCH_GENID = 1;
  private static final int UNSPECIFIED_FAMILY = 0;

  private final MessageWriter writer = new MessageWriter(16 * 1024);
  private final OptionalInt generation;
  private int nextSequence;
  private boolean finished;

  private Batch(OptionalInt generation) {
    this.generation = generation;
    writer
        .begin(BATCH_BEGIN, MessageFlags.REQUEST, nextSequence++)
        .putNfgenmsg(UNSPECIFIED_FAMILY, NFTABLES);
    generation.ifPresent(id -> writer.putU32Be(BATCH_GENID, id));
    writer.end();
  }

  /** A batch that applies to whatever is there. */
  public static Batch unconditional() {
    return new Batch(OptionalInt.empty());
  }

  /**
   * A batch that applies only if nobody changed any ruleset of the network namespace meanwhile.
   *
   * @param id the generation that the batch was built for, from {@link BatchSocket#generation}
   */
  public static Batch forGeneration(int id) {
    return new Batch(OptionalInt.of(id));
  }

  /**
   * Adds a message.
   *
   * @param type {@code NFT_MSG_*}, without the subsystem
   * @param flags {@link MessageFlags} beyond {@code REQUEST}. {@code ACK} is refused: an
   *     acknowledgement per message overruns the receive buffer and says nothing, as it is sent
   *     even if the batch fails later
   * @param family {@code NFPROTO_*}
   * @param attributes writes the attributes
   * @return the message's sequence number, by which errors refer to it
   */
  public int add(int type, int flags, int family, Consumer<MessageWriter> attributes) {
    int sequence = begin(type, flags, family);
    attributes.accept(writer);
    end();
    return sequence;
  }

  /**
   * Starts a message, for callers that write its attributes to {@link #writer} themselves; {@link
   * #end} ends it. Parameters and result are those of {@link #add}.
   */
  public int begin(int type, int flags, int family) {
    if (finished) {
      throw new IllegalStateException("the batch has been finished: build a new one");
    }
    if ((flags & MessageFlags.ACK) != 0) {
      throw new IllegalArgumentException("only the end of a batch is acknowledged");
    }
    int sequence = nextSequence++;
    writer
        .begin(NFTABLES << 8 | type, MessageFlags.REQUEST | flags, sequence)
        .putNfgenmsg(family, 0);
    return sequence;
  }

  /** The writer, for the attributes of the message that {@link #begin} started. */
  public MessageWriter writer() {
    return writer;
  }

  /** Ends the message that {@link #begin} started. */
  public void end() {
    writer.end();
  }

  /** How many messages were added. */
  public int messages() {
    return finished ? nextSequence - 2 : nextSequence - 1;
  }

  /** Whether nothing was added. */
  public boolean isEmpty() {
    return messages() == 0;
  }

  /** Bytes so far; after the commit, of the whole datagram. */
  public int size() {
    return writer.size();
  }

  /** The generation that it applies to; empty if any. */
  public OptionalInt generation() {
    return generation;
  }

  /**
   * Adds the end and returns the datagram. Nothing can be added any more.
   *
   * @return valid up to its size, not a copy
   */
  public MessageWriter finish() {
    if (!finished) {
      writer
          .begin(BATCH_END, MessageFlags.REQUEST | MessageFlags.ACK, nextSequence++)
          .putNfgenmsg(UNSPECIFIED_FAMILY, NFTABLES)
          .end();
      finished = true;
    }
    return writer;
  }

  /** The sequence number of the end. */
  int endSequence() {
    return nextSequence - 1;
  }
}
