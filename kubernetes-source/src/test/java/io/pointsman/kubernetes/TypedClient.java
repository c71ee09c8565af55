package io.pointsman.kubernetes;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;

/** A client as users of the API server have one. */
final class TypedClient {
  private TypedClient() {}

  static KubernetesClient to(String url) {
    return new KubernetesClientBuilder()
        .withConfig(
            new ConfigBuilder(Config.empty())
                .withMasterUrl(url)
                .withRequestRetryBackoffLimit(0)
                .withWatchReconnectLimit(0)
                .build())
        .withHttpClientFactory(new JdkHttpClientFactory())
        .build();
  }
}
