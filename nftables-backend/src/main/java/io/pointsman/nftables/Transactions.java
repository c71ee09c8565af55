package io.pointsman.nftables;

import io.pointsman.net.IpFamily;
import io.pointsman.netlink.NetlinkException;
import io.pointsman.netlink.codec.Errno;
import io.pointsman.netlink.nfnetlink.Batch;
import io.pointsman.netlink.nfnetlink.BatchSocket;
import io.pointsman.netlink.nfnetlink.CommitResult;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * Sends steps to the kernel: in one transaction, or, where the kernel does not let this process
 * have a send buffer that holds it, in several.
 *
 * <p>Several are not atomic. Steps are in such an order that no part of a new table does anything
 * before the last, and that a frontend comes after its endpoints and goes before them; a frontend
 * that changes can be without endpoints from one part to the next.
 */
final class Transactions {
  /** Bytes of one part: well below the send buffer that every process has. */
  private static final int PART = 64 * 1024;

  private static final int ELEMENTS_A_STEP = 100;

  private final BatchSocket socket;
  private final IpFamily family;

  Transactions(BatchSocket socket, IpFamily family) {
    this.socket = socket;
    this.family = family;
  }

  /**
   * What became of the steps.
   *
   * @param result of the last transaction that was tried
   * @param writer knows what that said
   * @param count how many were tried
   */
  record Outcome(CommitResult result, BatchWriter writer, int count) {
    /** The generation has moved by one. */
    boolean isOneCommit() {
      return result instanceof CommitResult.Committed && count == 1;
    }
  }

  /**
   * Sends; no steps are committed without asking the kernel.
   *
   * @param generation of the rulesets that the steps start from; empty when it does not matter
   */
  Outcome send(List<Operation> steps, OptionalInt generation) throws IOException {
    BatchWriter whole = writer(generation);
    if (steps.isEmpty()) {
      return new Outcome(new CommitResult.Committed(), whole, 0);
    }
    steps.forEach(whole::write);
    try {
      return new Outcome(socket.commit(whole.batch()), whole, 1);
    } catch (NetlinkException failure) {
      if (!failure.errno().equals(Errno.EMSGSIZE)) {
        throw failure;
      }
      return sendInParts(steps, generation);
    }
  }

  private Outcome sendInParts(List<Operation> steps, OptionalInt generation) throws IOException {
    BatchWriter part = writer(generation);
    int count = 1;
    for (Operation step : steps.stream().flatMap(Transactions::pieces).toList()) {
      if (part.batch().size() >= PART) {
        CommitResult result = socket.commit(part.batch());
        if (!(result instanceof CommitResult.Committed)) {
          return new Outcome(result, part, count);
        }
        part = writer(OptionalInt.empty());
        count++;
      }
      part.write(step);
    }
    return new Outcome(socket.commit(part.batch()), part, count);
  }

  private BatchWriter writer(OptionalInt generation) {
    Batch batch =
        generation.isPresent() ? Batch.forGeneration(generation.getAsInt()) : Batch.unconditional();
    return new BatchWriter(batch, family);
  }

  private static Stream<Operation> pieces(Operation step) {
    return switch (step) {
      case Operation.AddElements(NamedSet set, List<Element> elements) ->
          pieces(elements).map(piece -> new Operation.AddElements(set, piece));
      case Operation.RemoveElements(NamedSet set, List<Element> elements) ->
          pieces(elements).map(piece -> new Operation.RemoveElements(set, piece));
      default -> Stream.of(step);
    };
  }

  private static Stream<List<Element>> pieces(List<Element> elements) {
    List<List<Element>> pieces = new ArrayList<>();
    for (int from = 0; from < elements.size(); from += ELEMENTS_A_STEP) {
      pieces.add(elements.subList(from, Math.min(elements.size(), from + ELEMENTS_A_STEP)));
    }
    return pieces.stream();
  }
}
