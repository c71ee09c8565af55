package io.pointsman.nftables;

import io.pointsman.collect.PersistentMap;
import io.pointsman.net.IpFamily;
import io.pointsman.netlink.NetlinkClient;
import io.pointsman.netlink.codec.Attributes;
import io.pointsman.netlink.codec.Message;
import io.pointsman.netlink.codec.MessageWriter;
import io.pointsman.netlink.nfnetlink.Batch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** Reads the table of one family from the kernel. */
final class KernelReader {
  private static final int GETTABLE = 1;
  private static final int GETCHAIN = 4;
  private static final int GETRULE = 7;
  private static final int GETSET = 10;
  private static final int GETSETELEM = 13;
  static final int NFGENMSG = 4;
  private static final int POLICY_DROP = 0;

  /**
   * What the kernel holds.
   *
   * @param ruleset our table, as far as it is understood
   * @param alien the table holds sets that are not ours, or of another shape, or an element without
   *     a key, which stands for all that are not there: an older or newer version made it, or
   *     somebody's hand, and it can only be replaced
   * @param tables the names of all tables of the family
   */
  record State(Ruleset ruleset, boolean alien, Set<String> tables) {}

  private final NetlinkClient client;
  private final IpFamily family;

  KernelReader(NetlinkClient client, IpFamily family) {
    this.client = client;
    this.family = family;
  }

  State read() throws IOException {
    Set<String> tables = tables();
    if (!tables.contains(Ruleset.TABLE)) {
      return new State(Ruleset.absent(family), false, tables);
    }
    Set<NamedSet> sets = EnumSet.noneOf(NamedSet.class);
    boolean alien = sets(sets);
    PersistentMap.Builder<ElementKey, ElementValue> elements =
        PersistentMap.<ElementKey, ElementValue>empty().builder();
    for (NamedSet set : sets) {
      if (!set.isDynamic()) {
        alien |= !elements(set, elements);
      }
    }
    Elements all = Elements.unowned(elements.build());
    return new State(new Ruleset(family, true, sets, chains(), all), alien, tables);
  }

  /** Our table is there. */
  boolean hasTable() throws IOException {
    return tables().contains(Ruleset.TABLE);
  }

  /** The elements of one set of our table. */
  PersistentMap<ElementKey, ElementValue> elements(NamedSet set) throws IOException {
    PersistentMap.Builder<ElementKey, ElementValue> elements =
        PersistentMap.<ElementKey, ElementValue>empty().builder();
    elements(set, elements);
    return elements.build();
  }

  /** Collects the elements of a set that have its shape; false when there are others. */
  private boolean elements(NamedSet set, PersistentMap.Builder<ElementKey, ElementValue> elements)
      throws IOException {
    boolean all = true;
    for (Message message : dumpElements(set)) {
      all &= elements(message, set, elements);
    }
    return all;
  }

  /** The kernel's own messages about the elements of one set of our table. */
  List<Message> dumpElements(NamedSet set) throws IOException {
    return dump(GETSETELEM, out -> out.putString(2, set.label()));
  }

  private List<Message> dump(int type, Consumer<MessageWriter> filter) throws IOException {
    return client.dump(
        Batch.NFTABLES << 8 | type,
        out -> {
          out.putNfgenmsg(BatchWriter.protocolFamily(family), 0);
          if (type != GETTABLE) {
            out.putString(1, Ruleset.TABLE);
          }
          filter.accept(out);
        });
  }

  private Set<String> tables() throws IOException {
    Set<String> names = new HashSet<>();
    for (Message message : dump(GETTABLE, out -> {})) {
      Attributes attributes = message.attributes(NFGENMSG);
      while (attributes.next()) {
        if (attributes.type() == 1) {
          names.add(attributes.string());
        }
      }
    }
    return names;
  }

  /** Collects our sets; true when there is one that is not as we make it. */
  private boolean sets(Set<NamedSet> sets) throws IOException {
    boolean alien = false;
    for (Message message : dump(GETSET, out -> {})) {
      Attributes attributes = message.attributes(NFGENMSG);
      boolean ours = false;
      String name = "";
      int flags = 0;
      int keyLength = 0;
      int dataLength = 0;
      while (attributes.next()) {
        switch (attributes.type()) {
          case 1 -> ours = attributes.string().equals(Ruleset.TABLE);
          case 2 -> name = attributes.string();
          case 3 -> flags = attributes.u32Be();
          case 5 -> keyLength = attributes.u32Be();
          case 7 -> dataLength = attributes.u32Be();
          default -> {}
        }
      }
      if (ours) {
        Optional<NamedSet> set = NamedSet.named(name);
        if (set.isPresent() && isAsMade(set.get(), flags, keyLength, dataLength)) {
          sets.add(set.get());
        } else {
          alien = true;
        }
      }
    }
    return alien;
  }

  private boolean isAsMade(NamedSet set, int flags, int keyLength, int dataLength) {
    return flags == BatchWriter.flags(set)
        && keyLength == set.keyLength(family)
        && (set.yieldsVerdicts() || dataLength == set.dataLength(family));
  }

  private PersistentMap<String, Chain> chains() throws IOException {
    Map<String, Optional<Hook>> hooks = new LinkedHashMap<>();
    for (Message message : dump(GETCHAIN, out -> {})) {
      chain(message, hooks);
    }
    Map<String, List<Rule>> rules = new LinkedHashMap<>();
    for (Message message : dump(GETRULE, out -> {})) {
      rule(message, rules);
    }
    PersistentMap<String, Chain> chains = PersistentMap.empty();
    for (Map.Entry<String, Optional<Hook>> entry : hooks.entrySet()) {
      String name = entry.getKey();
      chains = chains.with(name, new Chain(entry.getValue(), rules.getOrDefault(name, List.of())));
    }
    return chains;
  }

  private static void chain(Message message, Map<String, Optional<Hook>> hooks) {
    Attributes attributes = message.attributes(NFGENMSG);
    boolean ours = false;
    String name = "";
    String type = "";
    int number = -1;
    int priority = 0;
    boolean drops = false;
    while (attributes.next()) {
      switch (attributes.type()) {
        case 1 -> ours = attributes.string().equals(Ruleset.TABLE);
        case 3 -> name = attributes.string();
        case 4 -> {
          Attributes hook = attributes.nested();
          while (hook.next()) {
            if (hook.type() == 1) {
              number = hook.u32Be();
            } else if (hook.type() == 2) {
              priority = hook.u32Be();
            }
          }
        }
        case 5 -> drops = attributes.u32Be() == POLICY_DROP;
        case 7 -> type = attributes.string();
        default -> {}
      }
    }
    if (ours) {
      hooks.put(
          name,
          number < 0
              ? Optional.empty()
              : Optional.of(
                  new Hook(type.equals("nat"), hookName(number), number, priority, drops)));
    }
  }

  private static String hookName(int number) {
    return switch (number) {
      case 0 -> "prerouting";
      case 1 -> "input";
      case 2 -> "forward";
      case 3 -> "output";
      case 4 -> "postrouting";
      default -> "hook " + number;
    };
  }

  private void rule(Message message, Map<String, List<Rule>> rules) {
    Attributes attributes = message.attributes(NFGENMSG);
    boolean ours = false;
    String chain = "";
    List<Expression> expressions = List.of();
    while (attributes.next()) {
      switch (attributes.type()) {
        case 1 -> ours = attributes.string().equals(Ruleset.TABLE);
        case 2 -> chain = attributes.string();
        case 4 -> expressions = ExpressionReader.read(attributes.nested());
        default -> {}
      }
    }
    if (ours) {
      rules.computeIfAbsent(chain, name -> new ArrayList<>()).add(Rule.read(family, expressions));
    }
  }

  private boolean elements(
      Message message, NamedSet set, PersistentMap.Builder<ElementKey, ElementValue> elements) {
    boolean all = true;
    Attributes attributes = message.attributes(NFGENMSG);
    while (attributes.next()) {
      if (attributes.type() == 3) {
        Attributes list = attributes.nested();
        while (list.next()) {
          Element element = element(list.nested(), set);
          if (hasShape(element)) {
            elements.put(element.key(), element.value());
          } else {
            all = false;
          }
        }
      }
    }
    return all;
  }

  private boolean hasShape(Element element) {
    NamedSet set = element.key().set();
    int data = element.value().data().length();
    return element.key().key().length() == set.keyLength(family)
        && (data == 0 || data == set.dataLength(family));
  }

  private static Element element(Attributes attributes, NamedSet set) {
    byte[] key = new byte[0];
    byte[] data = new byte[0];
    String chain = "";
    String comment = "";
    while (attributes.next()) {
      switch (attributes.type()) {
        case 1 -> key = firstValue(attributes.nested());
        case 2 -> {
          Attributes content = attributes.nested();
          while (content.next()) {
            if (content.type() == 1) {
              data = content.bytes();
            } else if (content.type() == 2) {
              chain = verdictChain(content.nested());
            }
          }
        }
        case 6 -> comment = comment(attributes.bytes());
        default -> {}
      }
    }
    return new Element(
        new ElementKey(set, Bytes.of(key)), new ElementValue(Bytes.of(data), chain, comment));
  }

  static byte[] firstValue(Attributes attributes) {
    return attributes.next() && attributes.type() == 1 ? attributes.bytes() : new byte[0];
  }

  /** The chain that a verdict goes to; for any other verdict a text that no chain has as name. */
  private static String verdictChain(Attributes verdict) {
    return AttributeValues.decision(verdict)
        .map(decision ->
            decision instanceof Decision.GoTo(String chain)
                ? chain
                : "(" + ExpressionPrinter.decision(decision) + ")")
        .orElse("(unknown verdict)");
  }

  /** The text in an element's user data: type 0, length, zero-terminated characters. */
  private static String comment(byte[] userData) {
    boolean whole =
        userData.length > 2 && userData[0] == 0 && (userData[1] & 0xff) == userData.length - 2;
    return whole
        ? new String(userData, 2, userData.length - 3, StandardCharsets.UTF_8)
        : "(unknown user data)";
  }
}
