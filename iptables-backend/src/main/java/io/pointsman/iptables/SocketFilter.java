package io.pointsman.iptables;

import io.pointsman.net.IpAddress;
import io.pointsman.net.IpFamily;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.OptionalInt;

/**
 * Runs the classic BPF programs that our rules carry (Documentation/networking/filter.rst): words
 * of the two addresses are loaded, kept, compared, and an answer is returned. Of anything else it
 * says that it does not know.
 */
final class SocketFilter {
  private SocketFilter() {}

  /** Whether the program accepts the packet. */
  static Truth accepts(List<Match.Bytecode.Instruction> program, PacketState packet) {
    int accumulator = 0;
    int index = 0;
    // A jump only leads forward, so that the end is reached.
    for (int at = 0; at < program.size(); at++) {
      Match.Bytecode.Instruction instruction = program.get(at);
      switch (instruction.code()) {
        case Hairpin.LOAD -> {
          OptionalInt word = word(packet, instruction.operand());
          if (word.isEmpty()) {
            return Truth.UNKNOWN;
          }
          accumulator = word.getAsInt();
        }
        case Hairpin.KEEP -> index = accumulator;
        case Hairpin.JUMP_IF_EQUAL ->
            at += accumulator == index ? instruction.ifTrue() : instruction.ifFalse();
        case Hairpin.RETURN -> {
          return Truth.of(instruction.operand() != 0);
        }
        default -> {
          return Truth.UNKNOWN;
        }
      }
    }
    return Truth.UNKNOWN;
  }

  /** Four bytes of the IP header, where they are part of an address (RFC 791, RFC 8200). */
  private static OptionalInt word(PacketState packet, int offset) {
    boolean v4 = packet.family() == IpFamily.IPV4;
    int length = v4 ? 4 : 16;
    int source = v4 ? 12 : 8;
    return offset >= source + length
        ? word(packet.destination(), offset - source - length)
        : word(packet.source(), offset - source);
  }

  private static OptionalInt word(IpAddress address, int offset) {
    byte[] bytes = address.bytes();
    return offset < 0 || offset + 4 > bytes.length
        ? OptionalInt.empty()
        : OptionalInt.of(ByteBuffer.wrap(bytes).getInt(offset));
  }
}
