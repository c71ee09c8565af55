package io.pointsman.lab.learn;

import io.pointsman.lab.LabNeeds;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.List;
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
    private static final List<String> MISSING = LabNeeds.missingForRows();

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      if (MISSING.isEmpty()) {
        return ConditionEvaluationResult.enabled("rows can be played");
      }
      String reasons = "rows need more than there is: " + String.join("; ", MISSING);
      if ("true".equals(System.getenv("CI"))) {
        throw new AssertionError(reasons + " (CI=true makes that a failure)");
      }
      return ConditionEvaluationResult.disabled(reasons);
    }
  }
}
