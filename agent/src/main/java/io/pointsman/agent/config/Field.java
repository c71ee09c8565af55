package io.pointsman.agent.config;

import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A field of KubeProxyConfiguration v1alpha1.
 *
 * @param path names from the outside in, joined by dots, such as {@code iptables.syncPeriod}
 * @param type its values
 * @param fallback its value when nothing else is said
 * @param zeroCounts a zero in a file is a value; else it means the same as leaving the field out,
 *     which is what kubeadm writes
 * @param effect what becomes of it here
 */
public record Field<T>(String path, Type<T> type, T fallback, boolean zeroCounts, Effect effect) {
  /** What becomes of a field here. */
  public sealed interface Effect {
    /** It does what kube-proxy does with it. */
    record Honoured() implements Effect {}

    /**
     * It is read and validated, and changes nothing.
     *
     * @param reason why there is nothing to change; follows "has no effect: "
     */
    record None(String reason) implements Effect {}

    /** It does what this proxy alone can do, and is written out only when it is set. */
    record Own() implements Effect {}
  }

  /**
   * The paths of the mappings around a field, such as {@code logging} and {@code logging.options}.
   */
  static Stream<String> sections(String path) {
    int dot = path.lastIndexOf('.');
    return dot < 0
        ? Stream.empty()
        : Stream.concat(sections(path.substring(0, dot)), Stream.of(path.substring(0, dot)));
  }

  /** A path names one field. A record's own way is put together anew at each start. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Field<?> field && path.equals(field.path);
  }

  @Override
  public int hashCode() {
    return path.hashCode();
  }

  @Override
  public String toString() {
    return path;
  }

  /** The value as a file has it. */
  Object tree(T value) {
    return type.toTree().apply(value);
  }
}
