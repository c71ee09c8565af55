package io.pointsman.nftables;

import io.pointsman.net.IpFamily;
import io.pointsman.netlink.codec.MessageWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A rule, ours or as the kernel shows it. Two rules are equal when the kernel does the same for
 * both: see {@link CanonicalExpressions}.
 */
final class Rule {
  private final List<Statement> statements;
  private final String canonical;

  private Rule(List<Statement> statements, String canonical) {
    this.statements = statements;
    this.canonical = canonical;
  }

  /** One of our own rules. */
  static Rule of(IpFamily family, Statement... statements) {
    List<Statement> list = List.of(statements);
    MessageWriter writer = new MessageWriter(512).begin(0, 0, 0);
    new ExpressionWriter(writer, family).write(list);
    return new Rule(list, CanonicalExpressions.ofMessage(writer.end().toByteArray()));
  }

  /** A rule read from the kernel. */
  static Rule read(String canonical) {
    return new Rule(List.of(), canonical);
  }

  /** What it says; empty when it was read from the kernel. */
  List<Statement> statements() {
    return statements;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Rule that && canonical.equals(that.canonical);
  }

  @Override
  public int hashCode() {
    return canonical.hashCode();
  }

  @Override
  public String toString() {
    return statements.isEmpty() ? canonical : statements.toString();
  }
}
