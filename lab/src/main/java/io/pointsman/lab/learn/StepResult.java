package io.pointsman.lab.learn;

import java.util.ArrayList;
import java.util.List;

/**
 * What a step did.
 *
 * @param succeeded whether the action did what it was to do, a connection whether it was answered
 * @param said its answer, lines without colours
 */
public record StepResult(Row.Step step, boolean succeeded, String said) {
  /** Where the answer differs from what the row tells; empty when it does not. */
  public List<String> differences() {
    List<String> differences = new ArrayList<>();
    if (succeeded == step.fails()) {
      differences.add(step.fails() ? "it should have failed" : "it failed");
    }
    String flat = said.replaceAll("\\s+", " ");
    step.shows().stream()
        .filter(text -> !flat.contains(text))
        .forEach(text -> differences.add("it should have said '" + text + "'"));
    step.hides().stream()
        .filter(flat::contains)
        .forEach(text -> differences.add("it should not have said '" + text + "'"));
    return differences;
  }
}
