package io.pointsman.nftables;

import io.pointsman.netlink.codec.Attributes;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * The attributes of one expression. Each is taken out by the one who understands it; what is left
 * and says something was not understood. An attribute that is missing reads as zero, as kernels
 * differ in whether they show defaults.
 */
final class AttributeValues {
  private static final int DATA_VALUE = 1;
  private static final int DATA_VERDICT = 2;
  private static final int VERDICT_CODE = 1;
  private static final int VERDICT_CHAIN = 2;
  private static final int WHOLE_REGISTERS = 4;
  private static final int WORDS_A_REGISTER = 4;
  private static final int FIRST_WORD = 8;
  private static final int LAST_WORD = 23;

  private record Content(Bytes bytes, Attributes inside) {}

  private final Map<Integer, Content> left = new TreeMap<>();
  private final String text;
  private boolean understood = true;

  AttributeValues(Attributes attributes) {
    StringBuilder all = new StringBuilder();
    while (attributes.next()) {
      Bytes bytes = Bytes.of(attributes.bytes());
      left.put(attributes.type(), new Content(bytes, attributes.nested()));
      all.append(all.isEmpty() ? "" : ", ").append(attributes.type()).append('=').append(bytes);
    }
    text = all.toString();
  }

  /** True when every attribute was taken or says nothing but the default. */
  boolean understood() {
    return understood && left.values().stream().allMatch(content -> content.bytes().isZero());
  }

  boolean has(int type) {
    return left.containsKey(type);
  }

  /** An unsigned number in network byte order, of any width up to eight bytes. */
  long number(int type) {
    long value = 0;
    for (byte b : bytes(type)) {
      value = value << 8 | (b & 0xff);
    }
    return value;
  }

  int u32(int type) {
    return (int) number(type);
  }

  String string(int type) {
    byte[] bytes = bytes(type);
    int length = 0;
    while (length < bytes.length && bytes[length] != 0) {
      length++;
    }
    return new String(bytes, 0, length, StandardCharsets.UTF_8);
  }

  /** Takes the attribute if it names the verdict register. */
  boolean isVerdict(int type) {
    Content content = left.get(type);
    boolean verdict = content != null && content.bytes().isZero();
    if (verdict) {
      left.remove(type);
    }
    return verdict;
  }

  /** Takes the attribute, whatever it says. */
  void ignore(int type) {
    left.remove(type);
  }

  /** The place of a data register. */
  int register(int type) {
    int number = u32(type);
    if (number >= 1 && number <= WHOLE_REGISTERS) {
      return WORDS_A_REGISTER * (number - 1);
    }
    understood &= number >= FIRST_WORD && number <= LAST_WORD;
    return number - FIRST_WORD;
  }

  OptionalInt registerIfAny(int type) {
    return has(type) ? OptionalInt.of(register(type)) : OptionalInt.empty();
  }

  /** A constant in {@code nft_data_attributes}. */
  Bytes value(int type) {
    Optional<Attributes> data = inside(type, DATA_VALUE);
    understood &= data.isPresent();
    return data.map(value -> Bytes.of(value.bytes())).orElse(Bytes.NONE);
  }

  /** A verdict in {@code nft_data_attributes}; empty when it is a constant, or unknown. */
  Optional<Decision> decision(int type) {
    return inside(type, DATA_VERDICT).flatMap(verdict -> decision(verdict.nested()));
  }

  /** The decision that a {@code nft_verdict_attributes} nest holds, if it is a known one. */
  static Optional<Decision> decision(Attributes verdict) {
    OptionalInt code = OptionalInt.empty();
    String chain = "";
    while (verdict.next()) {
      if (verdict.type() == VERDICT_CODE) {
        code = OptionalInt.of(verdict.u32Be());
      } else if (verdict.type() == VERDICT_CHAIN) {
        chain = verdict.string();
      }
    }
    return code.isPresent() ? decision(code.getAsInt(), chain) : Optional.empty();
  }

  private static Optional<Decision> decision(int code, String chain) {
    return switch (code) {
      case 0 -> Optional.of(new Decision.Drop());
      case 1 -> Optional.of(new Decision.Accept());
      case -1 -> Optional.of(new Decision.Continue());
      case -2 -> Optional.of(new Decision.Break());
      case -3 -> Optional.of(new Decision.Jump(chain));
      case -4 -> Optional.of(new Decision.GoTo(chain));
      case -5 -> Optional.of(new Decision.Return());
      default -> Optional.empty();
    };
  }

  /** The one attribute within, if it is of the type, with the cursor on it. */
  private Optional<Attributes> inside(int type, int innerType) {
    Content content = left.get(type);
    if (content == null) {
      return Optional.empty();
    }
    Attributes inside = content.inside();
    if (!inside.next() || inside.type() != innerType) {
      return Optional.empty();
    }
    left.remove(type);
    return Optional.of(inside);
  }

  private byte[] bytes(int type) {
    Content content = left.remove(type);
    return content == null ? new byte[0] : content.bytes().array();
  }

  @Override
  public String toString() {
    return text;
  }
}
