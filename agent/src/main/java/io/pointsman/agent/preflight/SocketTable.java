package io.pointsman.agent.preflight;

import io.pointsman.agent.preflight.Facts.BoundPort;
import io.pointsman.net.Protocol;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The sockets that wait for packets from anybody (proc_net(5)). */
public final class SocketTable {
  private static final String TCP_LISTEN = "0A";
  private static final String UDP_UNCONNECTED = "07";

  private static final Pattern LINE =
      Pattern.compile("\\s*\\d+: [0-9A-F]+:([0-9A-F]{4}) [0-9A-F]+:[0-9A-F]{4} ([0-9A-F]{2}) .*");

  private SocketTable() {}

  /** Those of the network namespace of the calling thread; none that cannot be read. */
  public static Set<BoundPort> read() {
    Set<BoundPort> ports = new TreeSet<>();
    for (Protocol protocol : List.of(Protocol.TCP, Protocol.UDP)) {
      for (String suffix : List.of("", "6")) {
        Path file = Path.of("/proc/thread-self/net", protocol.lowerCase() + suffix);
        try {
          ports.addAll(parse(Files.readString(file), protocol));
        } catch (IOException notThere) {
          // A kernel without IPv6 has no table for it.
        }
      }
    }
    return ports;
  }

  /**
   * Reads one table.
   *
   * @param protocol {@code TCP} or {@code UDP}
   */
  static Set<BoundPort> parse(String table, Protocol protocol) {
    String waiting = protocol == Protocol.TCP ? TCP_LISTEN : UDP_UNCONNECTED;
    Set<BoundPort> ports = new HashSet<>();
    for (String line : table.lines().toList()) {
      Optional.of(LINE.matcher(line))
          .filter(Matcher::matches)
          .filter(socket -> socket.group(2).equals(waiting))
          .map(socket -> new BoundPort(protocol, Integer.parseInt(socket.group(1), 16)))
          .ifPresent(ports::add);
    }
    return ports;
  }
}
