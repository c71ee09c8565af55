package io.pointsman.iptables;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * A mark that the kernel puts on the state of the tables: equal marks, equal tables. Cheap, however
 * much the tables hold: a system call or three, no process and no lock.
 */
interface TableStamp extends AutoCloseable {
  /**
   * What is compared.
   *
   * @param numbers in an order of the implementation's own
   */
  record Mark(List<Integer> numbers) {
    public Mark {
      numbers = List.copyOf(numbers);
    }
  }

  /** Of a kernel that gives no marks. */
  TableStamp NONE =
      new TableStamp() {
        @Override
        public Optional<Mark> read() {
          return Optional.empty();
        }

        @Override
        public void close() {
          // Holds nothing.
        }
      };

  /**
   * The mark of this moment; empty when the kernel does not tell. To be asked only once rules of
   * ours are loaded or about to be: before that asking may make tables, or load modules.
   */
  Optional<Mark> read();

  @Override
  void close();

  /**
   * Of the kernel of the calling thread's network namespace; {@link #NONE} if that cannot be asked,
   * which costs time but no safety.
   */
  static TableStamp ofKernel(Tools tools) {
    try {
      return tools.isNft() ? NftStamp.open() : LegacyStamp.open(tools.family());
    } catch (IOException notToBeAsked) {
      return NONE;
    }
  }
}
