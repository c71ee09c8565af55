package io.pointsman.lab.learn;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.pointsman.lab.LabNeeds;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * For tests that play rows or call CNI plugins: skipped, with the reasons, where they cannot run;
 * failed there when the environment says {@code CI=true}.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(NeedsPlugins.Condition.class)
public @interface NeedsPlugins {
  /** The condition behind the annotation. */
  final class Condition implements ExecutionCondition {
    private static final List<String> MISSING = LabNeeds.missingForRows(Set.of());

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      if (MISSING.isEmpty()) {
        return ConditionEvaluationResult.enabled("rows can be played");
      }
      return ConditionEvaluationResult.disabled(reasons(MISSING));
    }

    private static String reasons(List<String> missing) {
      String reasons = "rows need more than there is: " + String.join("; ", missing);
      if ("true".equals(System.getenv("CI"))) {
        throw new AssertionError(reasons + " (CI=true makes that a failure)");
      }
      return reasons;
    }

    /** Ends the test so when programs are missing that this row alone needs. */
    static void check(Row row) {
      check(row.programs());
    }

    /** Ends a test so when one of these programs is missing. */
    public static void check(Set<String> programs) {
      List<String> missing = LabNeeds.missingForRows(programs);
      assumeTrue(missing.isEmpty(), () -> reasons(missing));
    }
  }
}
