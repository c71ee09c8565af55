package io.pointsman.nftables;

import io.pointsman.net.IpAddress;
import io.pointsman.net.IpFamily;
import io.pointsman.net.Protocol;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Writes a ruleset in nft's language, sorted, so that {@code nft -f} makes of it what a commit of
 * the same ruleset makes.
 */
final class Printer {
  private final IpFamily family;

  private final Function<Rule, String> rules;

  private Printer(IpFamily family) {
    this(family, new StatementPrinter(family)::print);
  }

  private Printer(IpFamily family, Function<Rule, String> rules) {
    this.family = family;
    this.rules = rules;
  }

  /** The whole table as text. */
  static String print(Ruleset ruleset) {
    return new Printer(ruleset.family()).table(ruleset);
  }

  /** The whole table as the kernel holds it; whose rules these are, nobody knows. */
  static String printRead(Ruleset ruleset) {
    return new Printer(ruleset.family(), Rule::toString).table(ruleset);
  }

  /** One element as it stands in the text. */
  static String print(IpFamily family, Element element) {
    return element.key().set().label() + " { " + new Printer(family).element(element) + " }";
  }

  private String table(Ruleset ruleset) {
    Map<NamedSet, List<Element>> elements = new EnumMap<>(NamedSet.class);
    ruleset
        .elements()
        .forEach(element ->
            elements.computeIfAbsent(element.key().set(), set -> new ArrayList<>()).add(element));
    Map<String, Chain> chains = new TreeMap<>();
    ruleset.chains().forEach(chains::put);
    StringBuilder text = new StringBuilder();
    text.append("table ").append(Field.ip(family)).append(' ').append(Ruleset.TABLE).append(" {\n");
    for (NamedSet set : NamedSet.values()) {
      set(set, elements.getOrDefault(set, List.of()), text);
    }
    chains.forEach((name, chain) -> chain(name, chain, text));
    return text.append("}\n").toString();
  }

  private void set(NamedSet set, List<Element> elements, StringBuilder text) {
    text.append(set.isMap() ? "  map " : "  set ").append(set.label()).append(" {\n");
    text.append("    ")
        .append(set.needsTypeof() ? "typeof " : "type ")
        .append(types(set, set.key()));
    if (set.yieldsVerdicts()) {
      text.append(" : verdict");
    } else if (set.isMap()) {
      text.append(" : ").append(types(set, set.data()));
    }
    text.append('\n');
    if (set.isCounted()) {
      text.append("    counter\n");
    }
    if (set.isDynamic()) {
      text.append("    flags dynamic,timeout\n    size ").append(NamedSet.MAX_CLIENTS).append('\n');
    }
    String list =
        elements.stream().sorted().map(this::element).collect(Collectors.joining(",\n      "));
    if (!list.isEmpty()) {
      text.append("    elements = {\n      ").append(list).append("\n    }\n");
    }
    text.append("  }\n");
  }

  private String types(NamedSet set, List<Field> fields) {
    return fields.stream()
        .map(field -> set.needsTypeof() ? field.expression(family) : field.typeName(family))
        .collect(Collectors.joining(" . "));
  }

  private String element(Element element) {
    ElementValue value = element.value();
    NamedSet set = element.key().set();
    String text = fields(set.key(), element.key().key());
    if (!value.comment().isEmpty()) {
      text += " comment \"" + value.comment() + "\"";
    }
    if (!value.chain().isEmpty()) {
      text += " : goto " + value.chain();
    } else if (value.data().length() > 0) {
      text += " : " + fields(set.data(), value.data());
    }
    return text;
  }

  private String fields(List<Field> fields, Bytes bytes) {
    List<String> texts = new ArrayList<>();
    int offset = 0;
    for (Field field : fields) {
      texts.add(field(field, bytes.array(), offset));
      offset += 4 * field.registers(family);
    }
    return String.join(" . ", texts);
  }

  private String field(Field field, byte[] bytes, int offset) {
    return switch (field) {
      case SOURCE_ADDRESS, ADDRESS ->
          IpAddress.ofBytes(Arrays.copyOfRange(bytes, offset, offset + family.bits() / 8))
              .toString();
      case PROTOCOL -> {
        int number = bytes[offset] & 0xff;
        yield Protocol.numbered(number)
            .map(Protocol::lowerCase)
            .orElseGet(() -> Integer.toString(number));
      }
      case PORT -> Integer.toString((bytes[offset] & 0xff) << 8 | (bytes[offset + 1] & 0xff));
      case SHAPE, GROUP, SECONDS -> {
        int number = number(bytes, offset);
        yield String.format("%x:%x", number >>> 16, number & 0xffff);
      }
      case SLOT -> Integer.toString(number(bytes, offset));
      case CLIENT -> {
        byte[] client = Arrays.copyOfRange(bytes, offset, offset + field.width(family));
        yield family == IpFamily.IPV4
            ? IpAddress.ofBytes(client).toString()
            : "0x" + HexFormat.of().formatHex(client);
      }
    };
  }

  private static int number(byte[] bytes, int offset) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()).getInt(offset);
  }

  /** One step of a transaction, for people. */
  static String print(IpFamily family, Operation operation) {
    StatementPrinter statements = new StatementPrinter(family);
    return switch (operation) {
      case Operation.RemoveTable(String name) -> "delete table " + name;
      case Operation.AddTable() -> "add table " + Ruleset.TABLE;
      case Operation.AddSet(NamedSet set) -> "add set " + set.label();
      case Operation.AddChain chain -> "add chain " + chain.name();
      case Operation.FlushChain(String name) -> "flush chain " + name;
      case Operation.AddRule(String chain, Rule rule) ->
          "add rule " + chain + " " + statements.print(rule);
      case Operation.RemoveElements step ->
          "delete " + step.elements().size() + " elements of " + step.set().label();
      case Operation.AddElements step ->
          "add " + step.elements().size() + " elements to " + step.set().label();
      case Operation.RemoveChain(String name) -> "delete chain " + name;
    };
  }

  private void chain(String name, Chain chain, StringBuilder text) {
    text.append("  chain ").append(name).append(" {\n");
    chain
        .hook()
        .ifPresent(hook ->
            text.append("    type ")
                .append(hook.type())
                .append(" hook ")
                .append(hook.name())
                .append(" priority ")
                .append(hook.priority())
                .append("; policy accept;\n"));
    for (Rule rule : chain.rules()) {
      text.append("    ").append(rules.apply(rule)).append('\n');
    }
    text.append("  }\n");
  }
}
