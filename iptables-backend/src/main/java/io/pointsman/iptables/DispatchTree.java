package io.pointsman.iptables;

import io.pointsman.collect.PersistentMap;
import io.pointsman.plan.Destination;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Chains that lead a packet to the rule for its destination in logarithmically many comparisons.
 *
 * <p>A node with more than {@link #LEAF} ways branches by the next two bits of their {@link
 * DispatchKey}; one with fewer is a chain of exact rules. Branches of which only one is taken are
 * left out. So the chains depend on the set of ways alone, and a way that comes or goes touches its
 * leaf and, seldom, the branch above. With n destinations a packet costs at most about 4 log4(n/16)
 * comparisons, and those of its leaf.
 */
final class DispatchTree {
  static final int LEAF = 16;

  /** What a comment holds, less the end of an unfinished list. */
  private static final int ROOM_FOR_NAMES = 235;

  private static final int WIDTH = 4;
  private static final int STEP = 2;

  private sealed interface Node {
    int size();
  }

  /** Sorted by destination. */
  private record Leaf(List<Way> ways) implements Node {
    @Override
    public int size() {
      return ways.size();
    }
  }

  private record Branch(List<Node> children, int size) implements Node {}

  private static final Leaf EMPTY = new Leaf(List.of());
  private static final Branch BARE = new Branch(List.of(EMPTY, EMPTY, EMPTY, EMPTY), 0);

  private final DispatchKey key;
  private final List<Rule> tail;
  private final Node root;

  private DispatchTree(DispatchKey key, List<Rule> tail, Node root) {
    this.key = key;
    this.tail = tail;
    this.root = root;
  }

  /**
   * A tree without ways.
   *
   * @param tail rules at the end of the root chain, for packets to other destinations
   */
  static DispatchTree empty(DispatchKey key, List<Rule> tail) {
    return new DispatchTree(key, List.copyOf(tail), EMPTY);
  }

  /**
   * The tree with these ways as well, in the place of those with the same destination.
   *
   * @param ways each with another destination
   */
  DispatchTree with(List<Way> ways) {
    return ways.isEmpty() ? this : new DispatchTree(key, tail, put(root, 0, ways));
  }

  DispatchTree without(List<Way> ways) {
    Node left = root;
    for (Way way : ways) {
      left = remove(left, 0, way.destination());
    }
    return left == root ? this : new DispatchTree(key, tail, left);
  }

  /** All ways, sorted within each leaf. */
  List<Way> ways() {
    return ways(root);
  }

  private Node put(Node node, int depth, List<Way> ways) {
    if (ways.isEmpty()) {
      return node;
    }
    return switch (node) {
      case Leaf leaf -> {
        List<Way> all = merged(leaf.ways(), ways);
        yield all.size() <= LEAF ? new Leaf(sorted(all)) : distribute(BARE, depth, all);
      }
      case Branch branch -> distribute(branch, depth, ways);
    };
  }

  private static List<Way> merged(List<Way> old, List<Way> fresh) {
    if (old.isEmpty()) {
      return fresh;
    }
    Map<Destination, Way> all = new HashMap<>();
    old.forEach(way -> all.put(way.destination(), way));
    fresh.forEach(way -> all.put(way.destination(), way));
    return List.copyOf(all.values());
  }

  private Node distribute(Branch branch, int depth, List<Way> ways) {
    List<List<Way>> slots = new ArrayList<>(WIDTH);
    for (int slot = 0; slot < WIDTH; slot++) {
      slots.add(new ArrayList<>());
    }
    ways.forEach(way -> slots.get(key.slot(way.destination(), depth)).add(way));
    List<Node> children = new ArrayList<>(WIDTH);
    int size = 0;
    for (int slot = 0; slot < WIDTH; slot++) {
      Node child = put(branch.children().get(slot), depth + STEP, slots.get(slot));
      children.add(child);
      size += child.size();
    }
    return new Branch(List.copyOf(children), size);
  }

  private Node remove(Node node, int depth, Destination destination) {
    return switch (node) {
      case Leaf leaf ->
          new Leaf(
              leaf.ways().stream().filter(way -> !way.destination().equals(destination)).toList());
      case Branch branch -> {
        int slot = key.slot(destination, depth);
        Node child = remove(branch.children().get(slot), depth + STEP, destination);
        Branch smaller = replaced(branch, slot, child);
        yield smaller.size() <= LEAF ? new Leaf(sorted(ways(smaller))) : smaller;
      }
    };
  }

  private static Branch replaced(Branch branch, int slot, Node child) {
    Node[] children = branch.children().toArray(Node[]::new);
    int size = branch.size() - children[slot].size() + child.size();
    children[slot] = child;
    return new Branch(Arrays.asList(children), size);
  }

  private static List<Way> ways(Node node) {
    return switch (node) {
      case Leaf leaf -> leaf.ways();
      case Branch branch -> branch.children().stream().flatMap(c -> ways(c).stream()).toList();
    };
  }

  private static List<Way> sorted(List<Way> ways) {
    return ways.stream().sorted(Comparator.comparing(Way::destination)).toList();
  }

  /**
   * Brings the chains of an earlier version of this tree up to date; looks only at nodes that the
   * two do not share.
   */
  void write(DispatchTree before, PersistentMap.Builder<ChainId, List<Rule>> chains) {
    write(before.root, root, 0, chains);
    List<Rule> entrance = new ArrayList<>(rules(root, 0));
    entrance.addAll(tail);
    chains.put(new ChainId(key.table(), key.root()), List.copyOf(entrance));
  }

  private void write(
      Node before, Node after, int depth, PersistentMap.Builder<ChainId, List<Rule>> chains) {
    if (before == after) {
      return;
    }
    if (depth > 0 && hasChain(after)) {
      chains.put(key.chain(first(after), depth), rules(after, depth));
    } else if (depth > 0 && hasChain(before)) {
      chains.remove(key.chain(first(before), depth));
    }
    if (before instanceof Branch || after instanceof Branch) {
      for (int slot = 0; slot < WIDTH; slot++) {
        write(child(before, slot), child(after, slot), depth + STEP, chains);
      }
    }
  }

  private static Node child(Node node, int slot) {
    return node instanceof Branch branch ? branch.children().get(slot) : EMPTY;
  }

  private static boolean hasChain(Node node) {
    return switch (node) {
      case Leaf leaf -> !leaf.ways().isEmpty();
      case Branch branch -> onlyChild(branch).isEmpty();
    };
  }

  /** The branch that all ways take, if they all take one. */
  private static Optional<Node> onlyChild(Node node) {
    return node instanceof Branch branch
        ? branch.children().stream().filter(child -> child.size() == branch.size()).findFirst()
        : Optional.empty();
  }

  private static Destination first(Node node) {
    return switch (node) {
      case Leaf leaf -> leaf.ways().getFirst().destination();
      case Branch branch ->
          first(branch.children().stream().filter(c -> c.size() > 0).findFirst().orElseThrow());
    };
  }

  private List<Rule> rules(Node node, int depth) {
    return switch (node) {
      case Leaf leaf ->
          leaf.ways().stream()
              .flatMap(way -> (isNamedAbove(depth) ? way.rules() : way.named()).stream())
              .toList();
      case Branch branch ->
          branch.children().stream()
              .filter(child -> child.size() > 0)
              .map(child -> jumpTo(child, depth + STEP))
              .toList();
    };
  }

  private Rule jumpTo(Node node, int depth) {
    Node target = node;
    int targetDepth = depth;
    Optional<Node> only = onlyChild(target);
    while (only.isPresent()) {
      target = only.get();
      targetDepth += STEP;
      only = onlyChild(target);
    }
    Destination any = first(target);
    Rule jump =
        Rule.of(new Action.Jump(key.chain(any, targetDepth).name()), key.matches(any, targetDepth));
    return target instanceof Leaf leaf && isNamedAbove(targetDepth)
        ? jump.when(new Match.Comment(owners(leaf)))
        : jump;
  }

  private boolean isNamedAbove(int depth) {
    return depth > 0 && key.isNamedOnce();
  }

  /** The Services of the leaf, as many as a comment has room for. */
  private static String owners(Leaf leaf) {
    List<String> names =
        leaf.ways().stream().map(way -> way.owner().toString()).distinct().toList();
    StringBuilder text = new StringBuilder(names.getFirst());
    for (int i = 1; i < names.size(); i++) {
      if (text.length() + names.get(i).length() > ROOM_FOR_NAMES) {
        return text.append(", and ").append(names.size() - i).append(" more").toString();
      }
      text.append(", ").append(names.get(i));
    }
    return text.toString();
  }
}
