package io.pointsman.nftables;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.pointsman.net.IpFamily;
import io.pointsman.netlink.NetlinkClient;
import io.pointsman.netlink.NetlinkTransport;
import io.pointsman.netlink.codec.MalformedMessage;
import io.pointsman.netlink.codec.Message;
import io.pointsman.netlink.codec.MessageReader;
import io.pointsman.netlink.codec.MessageType;
import io.pointsman.netlink.codec.MessageWriter;
import io.pointsman.plan.FamilyPlan;
import io.pointsman.plan.NodeContext;
import io.pointsman.plan.Planner;
import io.pointsman.snapshot.ClusterSnapshot;
import io.pointsman.testing.RandomCluster;
import io.pointsman.testing.RandomNode;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever stands in the kernel's lists is read and printed, or {@link MalformedMessage}. */
class KernelReaderFuzzTest {
  private static final int HEADER = 16;

  /** NFT_MSG_GETTABLE and so on: what is asked for. */
  private static final List<Integer> LISTS = List.of(1, 4, 7, 10, 13);

  private static final int TABLES = 0;
  private static final int CHAINS = 1;
  private static final int RULES = 2;
  private static final int SETS = 3;
  private static final int ELEMENTS = 4;

  static Stream<byte[]> lists() {
    List<byte[]> seeds = new ArrayList<>();
    seeds.add(seed(TABLES, out -> out.putString(1, Ruleset.TABLE)));
    seeds.add(
        seed(
            SETS,
            out ->
                out.putString(1, Ruleset.TABLE)
                    .putString(2, "frontends")
                    .putU32Be(3, 8)
                    .putU32Be(5, 12)
                    .putU32Be(7, 4)));
    seeds.add(
        seed(
            CHAINS,
            out ->
                out.putString(1, Ruleset.TABLE)
                    .putString(3, "services")
                    .beginNest(4)
                    .putU32Be(1, 0)
                    .putU32Be(2, -100)
                    .endNest()
                    .putU32Be(5, 1)
                    .putString(7, "nat")));
    seeds.add(
        seed(
            ELEMENTS,
            out ->
                out.putString(1, Ruleset.TABLE)
                    .putString(2, "shapes")
                    .beginNest(3)
                    .beginNest(1)
                    .beginNest(1)
                    .putBytes(1, new byte[] {1, 2, 3, 4})
                    .endNest()
                    .beginNest(2)
                    .beginNest(2)
                    .putU32Be(1, -4)
                    .putString(2, "internal-1")
                    .endNest()
                    .endNest()
                    .putBytes(6, new byte[] {0, 2, 'a', 0})
                    .endNest()
                    .endNest()));
    // An element without a key stands for all keys that are not there.
    seeds.add(
        seed(
            ELEMENTS,
            out ->
                out.putString(1, Ruleset.TABLE)
                    .putString(2, "shapes")
                    .beginNest(3)
                    .beginNest(1)
                    .endNest()
                    .endNest()));
    for (IpFamily family : IpFamily.values()) {
      ourRules(family).stream()
          .map(rule ->
              seed(
                  RULES,
                  out -> {
                    out.putString(1, Ruleset.TABLE).putString(2, "services");
                    new ExpressionWriter(out, family).write(rule.statements());
                  }))
          .forEach(seeds::add);
    }
    return seeds.stream();
  }

  private static List<Rule> ourRules(IpFamily family) {
    NodeContext context = new RandomNode(family, 1).context();
    RandomCluster cluster = new RandomCluster(1);
    ClusterSnapshot snapshot = ClusterSnapshot.empty();
    for (int i = 0; i < 60; i++) {
      snapshot = snapshot.apply(cluster.next());
    }
    FamilyPlan plan = Planner.plan(FamilyPlan.empty(context), snapshot, context);
    List<Rule> rules = new ArrayList<>();
    Compiler.compile(Compiler.empty(context), plan)
        .ruleset()
        .chains()
        .forEach(chain -> rules.addAll(chain.getValue().rules()));
    return rules;
  }

  /** The number of a list, and then the payload of the one message in it. */
  private static byte[] seed(int list, Consumer<MessageWriter> attributes) {
    MessageWriter out = new MessageWriter().begin(0, 0, 0).putNfgenmsg(2, 0);
    attributes.accept(out);
    byte[] message = out.end().toByteArray();
    byte[] seed = Arrays.copyOfRange(message, HEADER - 1, message.length);
    seed[0] = (byte) list;
    return seed;
  }

  @MethodSource("lists")
  @Timeout(120)
  @FuzzTest(maxDuration = "3s")
  void isReadAndPrinted(byte[] bytes) throws IOException {
    if (bytes.length == 0) {
      return;
    }
    int list = Math.floorMod(bytes[0], LISTS.size());
    byte[] payload = Arrays.copyOfRange(bytes, 1, bytes.length);
    for (IpFamily family : IpFamily.values()) {
      NetlinkClient client = new NetlinkClient(new Kernel(list, payload, family), Duration.ZERO);
      try {
        print(new KernelReader(client, family).read().ruleset());
      } catch (MalformedMessage declared) {
        assertThat(declared.offset()).isNotNegative();
      }
    }
  }

  private static void print(Ruleset ruleset) {
    assertThat(Printer.print(ruleset)).isNotNull();
    ruleset
        .chains()
        .forEach(chain ->
            chain.getValue().rules().forEach(rule -> assertThat(rule.toString()).isNotNull()));
  }

  /** Has our table with one set; answers one kind of list with the given message. */
  private static final class Kernel implements NetlinkTransport {
    private final int fuzzed;
    private final byte[] payload;
    private final IpFamily family;
    private final Deque<byte[]> queue = new ArrayDeque<>();

    Kernel(int fuzzed, byte[] payload, IpFamily family) {
      this.fuzzed = fuzzed;
      this.payload = payload;
      this.family = family;
    }

    @Override
    public void send(byte[] buffer, int length) {
      Message request = new MessageReader(buffer, 0, length).iterator().next();
      MessageWriter answer = new MessageWriter().begin(0xa00, 0, request.sequence());
      int list = LISTS.indexOf(request.type() & 0xff);
      if (list == fuzzed) {
        answer.putFixedHeader(payload);
      } else {
        answer.putNfgenmsg(2, 0);
        content(list, answer);
      }
      answer.end().begin(MessageType.DONE, 0, request.sequence()).putFixedHeader(new byte[4]);
      queue.add(answer.end().toByteArray());
    }

    private void content(int list, MessageWriter answer) {
      if (list == TABLES) {
        answer.putString(1, Ruleset.TABLE);
      } else if (list == SETS) {
        answer
            .putString(1, Ruleset.TABLE)
            .putString(2, "shapes")
            .putU32Be(3, BatchWriter.flags(NamedSet.SHAPES))
            .putU32Be(5, NamedSet.SHAPES.keyLength(family));
      }
    }

    @Override
    public Optional<byte[]> receive(Duration wait) {
      return Optional.ofNullable(queue.poll());
    }

    @Override
    public int setSendBuffer(int bytes) {
      return bytes;
    }

    @Override
    public int setReceiveBuffer(int bytes) {
      return bytes;
    }

    @Override
    public int portId() {
      return 1;
    }

    @Override
    public void close() {
      queue.clear();
    }
  }
}
