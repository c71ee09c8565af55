package io.pointsman.agent;

import static io.pointsman.agent.http.JsonText.quote;

import io.pointsman.agent.http.HttpAnswer;
import io.pointsman.plan.LocalDetector;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The configuration in effect, as {@code /configz} tells it: a KubeProxyConfiguration. */
final class Configz {
  private Configz() {}

  static HttpAnswer answer(AgentOptions options) {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("apiVersion", quote("kubeproxy.config.k8s.io/v1alpha1"));
    fields.put("kind", quote("KubeProxyConfiguration"));
    fields.put("mode", quote(options.mode()));
    fields.put("hostnameOverride", quote(options.nodeName()));
    fields.put("bindAddress", quote(joined(options.nodeIps())));
    fields.put("bindAddressHardFail", Boolean.toString(options.servers().mustBind()));
    fields.put("healthzBindAddress", quote(options.servers().health().toString()));
    fields.put("metricsBindAddress", quote(options.servers().metrics().toString()));
    fields.put("clusterCIDR", quote(joined(options.clusterCidrs())));
    putDetection(fields, options.detection());
    fields.put("nodePortAddresses", array(nodePortAddresses(options.nodePortCidrs())));
    Map<String, String> section = new LinkedHashMap<>();
    section.put("masqueradeAll", Boolean.toString(options.masqueradeAll()));
    section.put("masqueradeBit", Integer.toString(options.masqueradeBit()));
    section.put("syncPeriod", quote(GoDuration.format(options.servers().syncPeriod())));
    section.put("minSyncPeriod", quote(GoDuration.format(options.syncPolicy().minimumInterval())));
    if (options.mode().equals("iptables")) {
      section.put("localhostNodePorts", Boolean.toString(options.localhostNodePorts()));
    }
    fields.put(options.mode(), object(section));
    return HttpAnswer.json(200, object(Map.of("kubeproxy.config.k8s.io", object(fields))));
  }

  private static void putDetection(Map<String, String> fields, AgentOptions.Detection detection) {
    switch (detection) {
      case AgentOptions.Detection.ByClusterCidr() ->
          fields.put("detectLocalMode", quote("ClusterCIDR"));
      case AgentOptions.Detection.ByNodeCidr() -> fields.put("detectLocalMode", quote("NodeCIDR"));
      case AgentOptions.Detection.ByInterface(LocalDetector detector) -> {
        switch (detector) {
          case LocalDetector.Bridge(String name) -> {
            fields.put("detectLocalMode", quote("BridgeInterface"));
            fields.put("detectLocal", object(Map.of("bridgeInterface", quote(name))));
          }
          case LocalDetector.InterfacePrefix(String prefix) -> {
            fields.put("detectLocalMode", quote("InterfaceNamePrefix"));
            fields.put("detectLocal", object(Map.of("interfaceNamePrefix", quote(prefix))));
          }
          case LocalDetector.SourceRange ignored -> {}
          case LocalDetector.None ignored -> {}
        }
      }
    }
  }

  private static List<String> nodePortAddresses(AgentOptions.NodePortCidrs cidrs) {
    return switch (cidrs) {
      case AgentOptions.NodePortCidrs.Primary() -> List.of("primary");
      case AgentOptions.NodePortCidrs.Ranges(var ranges) ->
          ranges.stream().map(Object::toString).toList();
    };
  }

  private static String joined(Collection<?> values) {
    return values.stream().map(Object::toString).collect(Collectors.joining(","));
  }

  private static String array(List<String> texts) {
    return texts.stream()
        .map(io.pointsman.agent.http.JsonText::quote)
        .collect(Collectors.joining(",", "[", "]"));
  }

  private static String object(Map<String, String> fields) {
    return fields.entrySet().stream()
        .map(field -> quote(field.getKey()) + ":" + field.getValue())
        .collect(Collectors.joining(",", "{", "}"));
  }
}
