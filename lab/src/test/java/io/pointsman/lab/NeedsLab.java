package io.pointsman.lab;

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
 * For tests that build a lab: skipped, with the reasons, where it cannot be built; failed there
 * when the environment says {@code CI=true}.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(NeedsLab.Condition.class)
public @interface NeedsLab {
  /** The condition behind the annotation. */
  final class Condition implements ExecutionCondition {
    private static final List<String> MISSING = LabNeeds.missing();

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      if (MISSING.isEmpty()) {
        return ConditionEvaluationResult.enabled("a lab can be built");
      }
      String reasons = "a lab needs more than there is: " + String.join("; ", MISSING);
      if ("true".equals(System.getenv("CI"))) {
        throw new AssertionError(reasons + " (CI=true makes that a failure)");
      }
      return ConditionEvaluationResult.disabled(reasons);
    }
  }
}
