package io.pointsman.iptables;

import io.pointsman.netlink.codec.MalformedMessage;
import io.pointsman.netlink.nfnetlink.BatchSocket;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The generation of nf_tables: changed by every transaction of anybody in the network namespace, in
 * whatever family and table.
 */
final class NftStamp implements TableStamp {
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final BatchSocket socket;

  private NftStamp(BatchSocket socket) {
    this.socket = socket;
  }

  /** In the calling thread's network namespace. */
  static NftStamp open() throws IOException {
    return new NftStamp(BatchSocket.open(PATIENCE));
  }

  @Override
  public Optional<Mark> read() {
    try {
      return Optional.of(new Mark(List.of(socket.generation())));
    } catch (IOException | MalformedMessage untold) {
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    socket.close();
  }
}
