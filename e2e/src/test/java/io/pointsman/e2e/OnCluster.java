package io.pointsman.e2e;

import io.pointsman.lab.LabNeeds;
import io.pointsman.lab.scenario.ProxyMode;
import java.io.File;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives tests a {@link TestCluster}, one for all of them. The system property {@code
 * pointsman.e2e.cluster} says which; without it they are skipped:
 *
 * <ul>
 *   <li>{@code nftables} or {@code iptables}: the lab in this mode; skipped, with the reasons,
 *       where no lab can be built, unless {@code CI=true} makes that a failure;
 *   <li>{@code kubeconfig}: the cluster that the environment's KUBECONFIG names. Nobody's cluster
 *       is written to by running all tests.
 * </ul>
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(OnCluster.Extension.class)
@interface OnCluster {
  /** The extension behind the annotation. */
  final class Extension implements ExecutionCondition, ParameterResolver {
    private static final Namespace NAMESPACE = Namespace.create(OnCluster.class);
    private static final String REAL = "kubeconfig";

    private static String asked() {
      return System.getProperty("pointsman.e2e.cluster", "");
    }

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      if (asked().isEmpty()) {
        return ConditionEvaluationResult.disabled("'make e2e-lab' or 'make e2e-cluster' runs it");
      }
      List<String> missing = asked().equals(REAL) ? List.of() : LabNeeds.missing();
      if (missing.isEmpty()) {
        return ConditionEvaluationResult.enabled("there is a cluster");
      }
      String reasons = "a lab needs more than there is: " + String.join("; ", missing);
      if ("true".equals(System.getenv("CI"))) {
        throw new AssertionError(reasons + " (CI=true makes that a failure)");
      }
      return ConditionEvaluationResult.disabled(reasons);
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
      return parameter.getParameter().getType() == TestCluster.class;
    }

    /** Made once; closed with the store, when all tests are over. */
    @Override
    public TestCluster resolveParameter(ParameterContext parameter, ExtensionContext context) {
      return context
          .getRoot()
          .getStore(NAMESPACE)
          .computeIfAbsent("cluster", key -> make(asked()), TestCluster.class);
    }

    private static TestCluster make(String asked) {
      if (asked.equals(REAL)) {
        String file =
            Optional.ofNullable(System.getenv("KUBECONFIG"))
                .filter(path -> !path.isBlank())
                .orElseThrow(() ->
                    new AssertionError(
                        "pointsman.e2e.cluster=kubeconfig needs KUBECONFIG, the path of a kubeconfig"));
        String image =
            Optional.ofNullable(System.getenv("POINTSMAN_ECHO_IMAGE"))
                .orElseThrow(() ->
                    new AssertionError(
                        "POINTSMAN_ECHO_IMAGE must name the image of 'make echo-image' as nodes have it"));
        return KubeCluster.up(new File(file), image);
      }
      return LabCluster.up(
          ProxyMode.named(asked)
              .orElseThrow(() ->
                  new AssertionError(
                      "pointsman.e2e.cluster is nftables, iptables or kubeconfig, not '"
                          + asked
                          + "'")));
    }
  }
}
