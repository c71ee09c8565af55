package io.pointsman.iptables;

import io.pointsman.net.IpFamily;
import java.util.ArrayList;
import java.util.List;

/**
 * How a connection that comes back to the pod it started from is recognised, so that it can be
 * masqueraded.
 */
public enum Hairpin {
  /** One rule for all, after the destination is rewritten, compares the packet's two addresses. */
  BY_PACKET,
  /** A rule in each endpoint's own chain; for kernels without xt_bpf. */
  BY_ENDPOINT;

  /** BPF_LD | BPF_W | BPF_ABS of linux/bpf_common.h: a word of the packet. */
  static final int LOAD = 0x20;

  /** BPF_MISC | BPF_TAX of linux/filter.h: keeps the word in X. */
  static final int KEEP = 0x07;

  /** BPF_JMP | BPF_JEQ | BPF_X. */
  static final int JUMP_IF_EQUAL = 0x1d;

  /** BPF_RET | BPF_K: 0 is no match. */
  static final int RETURN = 0x06;

  private static final int PER_WORD = 4;

  /** True for packets whose source and destination address are the same. */
  static Match.Bytecode sourceIsDestination(IpFamily family) {
    boolean v4 = family == IpFamily.IPV4;
    int source = v4 ? 12 : 8;
    int destination = v4 ? 16 : 24;
    int words = v4 ? 1 : 4;
    int end = PER_WORD * words;
    List<Match.Bytecode.Instruction> program = new ArrayList<>();
    for (int word = 0; word < words; word++) {
      program.add(instruction(LOAD, 0, source + 4 * word));
      program.add(instruction(KEEP, 0, 0));
      program.add(instruction(LOAD, 0, destination + 4 * word));
      program.add(instruction(JUMP_IF_EQUAL, end - program.size(), 0));
    }
    program.add(instruction(RETURN, 0, 1));
    program.add(instruction(RETURN, 0, 0));
    return new Match.Bytecode(program);
  }

  private static Match.Bytecode.Instruction instruction(int code, int ifFalse, int operand) {
    return new Match.Bytecode.Instruction(code, 0, ifFalse, operand);
  }
}
