package io.pointsman.nftables;

import io.pointsman.netlink.codec.Attributes;
import io.pointsman.netlink.codec.MessageReader;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Reduces a rule's expressions to a text that is equal for equal meaning: attributes sorted, and
 * those left out that say nothing but the default, as kernels differ in which of these they show.
 */
final class CanonicalExpressions {
  private static final int RULE_EXPRESSIONS = 4;
  private static final int EXPR_NAME = 1;
  private static final int EXPR_DATA = 2;

  /** Attributes that hold a value or verdict, one more level down. */
  private static final Map<String, Set<Integer>> NESTED =
      Map.of(
          "cmp",
          Set.of(3),
          "bitwise",
          Set.of(4, 5, 7),
          "immediate",
          Set.of(2),
          "range",
          Set.of(3, 4));

  /** The kernel shows both ends of a range where one was given: {@code nat} attributes 4 and 6. */
  private static final Map<Integer, Integer> NAT_UPPER_ENDS = Map.of(4, 3, 6, 5);

  private CanonicalExpressions() {}

  /** The canonical form of the one rule in this message without nfgenmsg header. */
  static String ofMessage(byte[] message) {
    Attributes attributes = new MessageReader(message).iterator().next().attributes(0);
    while (attributes.next()) {
      if (attributes.type() == RULE_EXPRESSIONS) {
        return of(attributes.nested());
      }
    }
    return "";
  }

  /** The canonical form of the contents of an expressions attribute. */
  static String of(Attributes expressions) {
    StringBuilder text = new StringBuilder();
    while (expressions.next()) {
      Attributes expression = expressions.nested();
      String name = "";
      String data = "";
      while (expression.next()) {
        if (expression.type() == EXPR_NAME) {
          name = expression.string();
        } else if (expression.type() == EXPR_DATA) {
          data = data(name, expression.nested());
        }
      }
      text.append(text.isEmpty() ? "" : " ").append(name).append('(').append(data).append(')');
    }
    return text.toString();
  }

  private static String data(String name, Attributes attributes) {
    Map<Integer, String> values = new TreeMap<>();
    Set<Integer> nested = NESTED.getOrDefault(name, Set.of());
    while (attributes.next()) {
      if (nested.contains(attributes.type())) {
        values.put(attributes.type(), value(attributes.nested()));
      } else {
        byte[] bytes = attributes.bytes();
        if (!isZero(bytes) || name.equals("immediate")) {
          values.put(attributes.type(), HexFormat.of().formatHex(bytes));
        }
      }
    }
    if (name.equals("nat")) {
      NAT_UPPER_ENDS.forEach(
          (upper, lower) -> values.remove(upper, values.getOrDefault(lower, "")));
    }
    // A lookup into the verdict register and a plain lookup differ in this attribute's presence
    // alone, but never for the same set.
    return values.toString();
  }

  /** A value as hexadecimal digits, or a verdict with its chain. */
  private static String value(Attributes attributes) {
    StringBuilder text = new StringBuilder();
    while (attributes.next()) {
      if (attributes.type() == 1) {
        text.append(HexFormat.of().formatHex(attributes.bytes()));
      } else if (attributes.type() == 2) {
        Attributes verdict = attributes.nested();
        while (verdict.next()) {
          text.append(verdict.type() == 1 ? "verdict " + verdict.u32Be() : "")
              .append(verdict.type() == 2 ? " " + verdict.string() : "");
        }
      }
    }
    return text.toString();
  }

  private static boolean isZero(byte[] bytes) {
    for (byte b : bytes) {
      if (b != 0) {
        return false;
      }
    }
    return true;
  }
}
