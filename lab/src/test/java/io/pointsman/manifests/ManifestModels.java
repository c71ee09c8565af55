package io.pointsman.manifests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBinding;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads objects as the Kubernetes API defines them. */
final class ManifestModels {
  private static final Map<String, Class<? extends HasMetadata>> MODELS =
      Map.of(
          "ServiceAccount", ServiceAccount.class,
          "ClusterRole", ClusterRole.class,
          "ClusterRoleBinding", ClusterRoleBinding.class,
          "ConfigMap", ConfigMap.class,
          "DaemonSet", DaemonSet.class,
          "Service", Service.class);

  /** Kinds that are no part of the Kubernetes API. */
  private static final Set<String> FOREIGN =
      Set.of("Kustomization", "Cluster", "ServiceMonitor", "PrometheusRule");

  private ManifestModels() {}

  /** The paths of the object's fields that its kind has not; empty when all is known. */
  static List<String> unknownFields(JsonNode object) {
    String kind = object.path("kind").asText();
    if (FOREIGN.contains(kind)) {
      return List.of();
    }
    assertThat(MODELS).as("kinds that the tests know").containsKey(kind);
    HasMetadata model =
        new KubernetesSerialization().unmarshal(object.toString(), MODELS.get(kind));
    assertThat(model.getApiVersion()).isEqualTo(object.path("apiVersion").asText());
    return UnknownFields.in(model);
  }
}
