package io.pointsman.nftables;

import io.pointsman.net.IpFamily;
import io.pointsman.netlink.codec.MessageFlags;
import io.pointsman.netlink.codec.MessageWriter;
import io.pointsman.netlink.nfnetlink.Batch;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Writes steps as netlink messages and remembers which message says what. */
final class BatchWriter {
  private static final int NEWTABLE = 0;
  private static final int DELTABLE = 2;
  private static final int NEWCHAIN = 3;
  private static final int DELCHAIN = 5;
  private static final int NEWRULE = 6;
  private static final int DELRULE = 8;
  private static final int NEWSET = 9;
  private static final int NEWSETELEM = 12;
  private static final int DELSETELEM = 14;
  private static final int SET_MAP = 8;
  private static final int SET_TIMEOUT = 16;
  private static final int SET_EVAL = 32;
  private static final int VERDICT_TYPE = 0xffffff00;
  private static final int TYPE_BITS = 6;
  private static final int GOTO = -4;
  private static final int ACCEPT = 1;
  private static final int COMMENT = 0;

  /** An upper bound of an element's size: key, data, verdict and comment with their headers. */
  private static final int MOST_BYTES_AN_ELEMENT = 512;

  /** What one message says, to name the object when the kernel refuses it. */
  record Sent(Operation operation, List<Element> elements, List<Integer> ends) {
    Sent {
      elements = List.copyOf(elements);
      ends = List.copyOf(ends);
    }

    /** The element whose attributes the kernel objects to, when the message holds several. */
    Optional<Element> elementAt(OptionalInt offset) {
      if (elements.size() == 1) {
        return Optional.of(elements.getFirst());
      }
      for (int i = 0; offset.isPresent() && i < elements.size(); i++) {
        if (offset.getAsInt() < ends.get(i)) {
          return Optional.of(elements.get(i));
        }
      }
      return Optional.empty();
    }
  }

  private final Batch batch;
  private final int family;
  private final IpFamily ipFamily;
  private final List<Sent> sent = new ArrayList<>();

  BatchWriter(Batch batch, IpFamily family) {
    this.batch = batch;
    this.ipFamily = family;
    this.family = protocolFamily(family);
  }

  /** AF_INET or AF_INET6, which is also NFPROTO_IPV4 or NFPROTO_IPV6. */
  static int protocolFamily(IpFamily family) {
    return family == IpFamily.IPV4 ? 2 : 10;
  }

  Batch batch() {
    return batch;
  }

  /** What the message with this sequence number says; sequence 1 is the first. */
  Sent sent(int sequence) {
    return sent.get(sequence - 1);
  }

  boolean knows(int sequence) {
    return sequence >= 1 && sequence <= sent.size();
  }

  void write(Operation operation) {
    switch (operation) {
      case Operation.RemoveTable(String name) -> {
        MessageWriter out = begin(operation, DELTABLE, 0);
        out.putString(1, name);
        batch.end();
      }
      case Operation.AddTable() -> {
        MessageWriter out = begin(operation, NEWTABLE, MessageFlags.CREATE);
        out.putString(1, Ruleset.TABLE);
        out.putU32Be(2, 0);
        batch.end();
      }
      case Operation.AddSet(NamedSet set) -> addSet(operation, set);
      case Operation.AddChain chain -> addChain(chain);
      case Operation.FlushChain(String name) -> {
        MessageWriter out = begin(operation, DELRULE, 0);
        out.putString(1, Ruleset.TABLE);
        out.putString(2, name);
        batch.end();
      }
      case Operation.AddRule(String chain, Rule rule) -> {
        MessageWriter out = begin(operation, NEWRULE, MessageFlags.CREATE | MessageFlags.APPEND);
        out.putString(1, Ruleset.TABLE);
        out.putString(2, chain);
        new ExpressionWriter(out, ipFamily).write(rule.statements());
        batch.end();
      }
      case Operation.RemoveElements step ->
          elements(operation, DELSETELEM, step.set(), step.elements());
      case Operation.AddElements step ->
          elements(operation, NEWSETELEM, step.set(), step.elements());
      case Operation.RemoveChain(String name) -> {
        MessageWriter out = begin(operation, DELCHAIN, 0);
        out.putString(1, Ruleset.TABLE);
        out.putString(3, name);
        batch.end();
      }
    }
  }

  private MessageWriter begin(Operation operation, int type, int flags) {
    batch.begin(type, flags, family);
    sent.add(new Sent(operation, List.of(), List.of()));
    return batch.writer();
  }

  @SuppressWarnings("EnumOrdinal") // an id that is only used within the batch
  private void addSet(Operation operation, NamedSet set) {
    MessageWriter out = begin(operation, NEWSET, MessageFlags.CREATE);
    out.putString(1, Ruleset.TABLE);
    out.putString(2, set.label());
    out.putU32Be(3, flags(set));
    out.putU32Be(4, typeNumber(set.key()));
    out.putU32Be(5, set.keyLength(ipFamily));
    if (set.isMap()) {
      out.putU32Be(6, set.yieldsVerdicts() ? VERDICT_TYPE : typeNumber(set.data()));
      out.putU32Be(7, set.yieldsVerdicts() ? 0 : set.dataLength(ipFamily));
    }
    if (set.isDynamic()) {
      out.beginNest(9);
      out.putU32Be(1, NamedSet.MAX_CLIENTS);
      out.endNest();
    }
    out.putU32Be(10, set.ordinal() + 1);
    out.putBytes(13, TypeofUserData.of(set, ipFamily));
    if (set.isCounted()) {
      out.beginNest(17);
      out.putString(1, "counter");
      out.beginNest(2);
      out.endNest();
      out.endNest();
    }
    batch.end();
  }

  /** {@code enum nft_set_flags}. */
  static int flags(NamedSet set) {
    return (set.isMap() ? SET_MAP : 0) | (set.isDynamic() ? SET_TIMEOUT | SET_EVAL : 0);
  }

  private int typeNumber(List<Field> fields) {
    int type = 0;
    for (Field field : fields) {
      type = type << TYPE_BITS | field.typeNumber(ipFamily);
    }
    return type;
  }

  private void addChain(Operation.AddChain chain) {
    MessageWriter out = begin(chain, NEWCHAIN, MessageFlags.CREATE);
    out.putString(1, Ruleset.TABLE);
    out.putString(3, chain.name());
    chain
        .hook()
        .ifPresent(hook -> {
          out.beginNest(4);
          out.putU32Be(1, hook.number());
          out.putU32Be(2, hook.priority());
          out.endNest();
          out.putU32Be(5, ACCEPT);
          out.putString(7, hook.type());
        });
    batch.end();
  }

  private void elements(Operation operation, int type, NamedSet set, List<Element> elements) {
    int next = 0;
    while (next < elements.size()) {
      int first = next;
      int messageStart = batch.size();
      batch.begin(type, type == NEWSETELEM ? MessageFlags.CREATE : 0, family);
      MessageWriter out = batch.writer();
      out.putString(1, Ruleset.TABLE);
      out.putString(2, set.label());
      out.beginNest(3);
      List<Integer> ends = new ArrayList<>();
      while (next < elements.size() && out.nestRoom() >= MOST_BYTES_AN_ELEMENT) {
        element(out, elements.get(next), type == NEWSETELEM);
        ends.add(out.size() - messageStart);
        next++;
      }
      out.endNest();
      batch.end();
      sent.add(new Sent(operation, elements.subList(first, next), ends));
    }
  }

  private static void element(MessageWriter out, Element element, boolean whole) {
    ElementValue value = element.value();
    out.beginNest(1);
    out.beginNest(1);
    out.putBytes(1, element.key().key().array());
    out.endNest();
    if (whole) {
      if (!value.chain().isEmpty()) {
        out.beginNest(2);
        out.beginNest(2);
        out.putU32Be(1, GOTO);
        out.putString(2, value.chain());
        out.endNest();
        out.endNest();
      } else if (value.data().length() > 0) {
        out.beginNest(2);
        out.putBytes(1, value.data().array());
        out.endNest();
      }
      if (!value.comment().isEmpty()) {
        out.putBytes(6, comment(value.comment()));
      }
    }
    out.endNest();
  }

  private static byte[] comment(String text) {
    byte[] ascii = text.getBytes(StandardCharsets.US_ASCII);
    byte[] userData = new byte[ascii.length + 3];
    userData[0] = COMMENT;
    userData[1] = (byte) (ascii.length + 1);
    System.arraycopy(ascii, 0, userData, 2, ascii.length);
    return userData;
  }
}
