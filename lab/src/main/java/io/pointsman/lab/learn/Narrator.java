package io.pointsman.lab.learn;

import java.io.PrintStream;

/** Shows a row to a person as it is played. */
public final class Narrator {
  private static final String BOLD = "\u001b[1m";
  private static final String CYAN = "\u001b[36m";
  private static final String GREEN = "\u001b[32m";
  private static final String RED = "\u001b[31m";
  private static final String PLAIN = "\u001b[0m";

  private final PrintStream out;
  private final boolean colours;

  /**
   * @param colours whether there is a terminal that shows them
   */
  public Narrator(PrintStream out, boolean colours) {
    this.out = out;
    this.colours = colours;
  }

  /** Plays the row; true when everything came as told. */
  public boolean tell(Row row) {
    out.println(painted(BOLD, "Row " + row.number() + ": " + row.title()));
    out.println();
    out.println(row.about());
    boolean asTold =
        RowRunner.play(row, this::tell).stream().allMatch(one -> one.differences().isEmpty());
    out.println();
    out.println(
        asTold
            ? painted(GREEN, "All came as told.")
            : painted(RED, "Something came otherwise: see '!' above."));
    return asTold;
  }

  private void tell(StepResult result) {
    out.println();
    out.println(result.step().say());
    result
        .step()
        .action()
        .toString()
        .lines()
        .forEach(line -> out.println("  " + painted(CYAN, line)));
    result.said().lines().forEach(line -> out.println("  " + line));
    if (!result.step().way().isEmpty()) {
      out.println("  way: " + String.join(" -> ", result.step().way()));
    }
    result.differences().forEach(text -> out.println("  " + painted(RED, "! " + text)));
  }

  private String painted(String colour, String text) {
    return colours ? colour + text + PLAIN : text;
  }
}
