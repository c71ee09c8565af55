package io.pointsman.agent.config;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A flag of kube-proxy that sets fields of the configuration.
 *
 * @param name with its dashes, such as {@code --proxy-mode}
 * @param type its values
 * @param fallback its default, as it is written; for help and /flagz
 * @param field where its value goes; empty for {@link Flags#PLACED_BY_MODE those} that go to a
 *     different field in each mode, and for those without effect
 * @param help what it does
 */
public record Flag<T>(
    String name, Type<T> type, String fallback, Optional<Field<T>> field, String help) {
  /** A name names one flag. A record's own way is put together anew at each start. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Flag<?> flag && name.equals(flag.name);
  }

  @Override
  public int hashCode() {
    return name.hashCode();
  }

  /** The default of the field. */
  static <T> Flag<T> of(String name, Field<T> field, String help) {
    Object tree = field.tree(field.fallback());
    String fallback =
        tree instanceof java.util.Collection || tree instanceof java.util.Map
            ? ""
            : tree.toString();
    return new Flag<>(name, field.type(), fallback, Optional.of(field), help);
  }

  /** May be given without a value, which then is true. */
  public boolean isSwitch() {
    return type == Type.BOOL;
  }

  /** May be given several times, and all count. */
  public boolean isRepeatable() {
    return type == Type.TEXTS || type == Type.GATES || type == Type.MODULES;
  }
}
