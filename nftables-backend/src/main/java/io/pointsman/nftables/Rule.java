package io.pointsman.nftables;

import io.pointsman.net.IpFamily;
import io.pointsman.netlink.codec.MessageWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A rule, ours or as the kernel shows it. Two rules are equal when the kernel does the same for
 * both: when their expressions are equal.
 */
final class Rule {
  private final IpFamily family;
  private final List<Statement> statements;
  private final List<Expression> expressions;

  private Rule(IpFamily family, List<Statement> statements, List<Expression> expressions) {
    this.family = family;
    this.statements = statements;
    this.expressions = expressions;
  }

  /** One of our own rules. */
  static Rule of(IpFamily family, Statement... statements) {
    List<Statement> list = List.of(statements);
    MessageWriter writer = new MessageWriter(512).begin(0, 0, 0);
    new ExpressionWriter(writer, family).write(list);
    return new Rule(family, list, ExpressionReader.ofMessage(writer.end().toByteArray()));
  }

  /** A rule read from the kernel. */
  static Rule read(IpFamily family, List<Expression> expressions) {
    return new Rule(family, List.of(), List.copyOf(expressions));
  }

  /** What it says; empty when it was read from the kernel. */
  List<Statement> statements() {
    return statements;
  }

  /** What the kernel does, in order. */
  List<Expression> expressions() {
    return expressions;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Rule that && expressions.equals(that.expressions);
  }

  @Override
  public int hashCode() {
    return expressions.hashCode();
  }

  /** The rule in nft's language. */
  @Override
  public String toString() {
    return ExpressionPrinter.print(family, expressions);
  }
}
