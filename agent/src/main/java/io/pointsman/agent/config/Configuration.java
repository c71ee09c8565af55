package io.pointsman.agent.config;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * An immutable KubeProxyConfiguration: what was said of fields, and where. Fields of which nothing
 * was said have their defaults.
 */
public final class Configuration {
  /** Nothing said. */
  public static final Configuration EMPTY = new Configuration(new LinkedHashMap<>());

  /**
   * @param value of the type of the field
   * @param origin a flag, or a place in a file
   */
  private record Said(Object value, String origin) {}

  private final SequencedMap<Field<?>, Said> said;

  private Configuration(SequencedMap<Field<?>, Said> said) {
    this.said = said;
  }

  /**
   * The defaults of a mode, complete.
   *
   * @param mode {@code iptables} or {@code nftables}
   */
  public static Configuration ofMode(String mode) {
    return Defaults.complete(EMPTY.with(Fields.MODE, mode, ""), true);
  }

  /** The value of a field; its default when nothing was said. */
  public <T> T get(Field<T> field) {
    return find(field).orElse(field.fallback());
  }

  /** {@code spec.externalIPs} of Services is served: feature gate AllowServiceExternalIPs. */
  public boolean allowsServiceExternalIps() {
    return FeatureGates.allowServiceExternalIps(this);
  }

  /** What was said of a field. */
  <T> Optional<T> find(Field<T> field) {
    @SuppressWarnings("unchecked") // with() is the only way in
    Optional<T> value = (Optional<T>) Optional.ofNullable(said.get(field)).map(Said::value);
    return value;
  }

  boolean says(Field<?> field) {
    return said.containsKey(field);
  }

  /** The fields of which something was said. */
  Set<Field<?>> fields() {
    return new LinkedHashSet<>(said.keySet());
  }

  /** Where it was said: a flag, or {@code FILE:LINE:COLUMN}; empty when it was not. */
  public Optional<String> origin(Field<?> field) {
    return Optional.ofNullable(said.get(field)).map(Said::origin).filter(from -> !from.isEmpty());
  }

  /**
   * This configuration with another value.
   *
   * @param origin where it is said, for messages; empty for nowhere
   */
  public <T> Configuration with(Field<T> field, T value, String origin) {
    LinkedHashMap<Field<?>, Said> changed = new LinkedHashMap<>(said);
    changed.put(field, new Said(value, origin));
    return new Configuration(changed);
  }

  /** This configuration with all that another one says. */
  Configuration with(Configuration other) {
    LinkedHashMap<Field<?>, Said> changed = new LinkedHashMap<>(said);
    changed.putAll(other.said);
    return new Configuration(changed);
  }

  /** The value of a field as a file has it. */
  <T> Object tree(Field<T> field) {
    return field.tree(get(field));
  }

  /** The feature gates that have an effect here and can be turned, by name: on or off. */
  public Map<String, Boolean> effectiveGates() {
    return FeatureGates.effective(this);
  }

  /** The value of a field for people: what a file has, lists with commas between. */
  public String text(Field<?> field) {
    return tree(field) instanceof List<?> list
        ? list.stream().map(Object::toString).collect(Collectors.joining(","))
        : tree(field).toString();
  }

  /** Equal when all fields have equal values, wherever they come from. */
  @Override
  public boolean equals(Object other) {
    return other instanceof Configuration that && differences(that).isEmpty();
  }

  @Override
  public int hashCode() {
    return Fields.ALL.stream().map(this::get).toList().hashCode();
  }

  /** The fields whose values differ. */
  public Set<Field<?>> differences(Configuration other) {
    Set<Field<?>> differences = new LinkedHashSet<>();
    for (Field<?> field : Fields.ALL) {
      if (!get(field).equals(other.get(field))) {
        differences.add(field);
      }
    }
    return differences;
  }

  @Override
  public String toString() {
    Map<String, Object> values = new LinkedHashMap<>();
    said.forEach((field, value) -> values.put(field.path(), value.value()));
    return values.toString();
  }
}
