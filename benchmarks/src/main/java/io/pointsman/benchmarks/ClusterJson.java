package io.pointsman.benchmarks;

import io.pointsman.model.Endpoint;
import io.pointsman.model.EndpointSlice;
import io.pointsman.model.Service;
import io.pointsman.snapshot.ClusterEvent;
import java.util.stream.Collectors;

/**
 * The objects of a workload as the API server serves them, with the fields that a real one fills in
 * and this proxy does not read, so that an object weighs what it weighs in a cluster.
 */
final class ClusterJson {
  private ClusterJson() {}

  static String of(ClusterEvent event) {
    return switch (event) {
      case ClusterEvent.ServiceSet(Service service) -> service(service);
      case ClusterEvent.SliceSet(EndpointSlice slice) -> slice(slice);
      default -> throw new IllegalArgumentException("no object of a workload: " + event);
    };
  }

  /** A Node without a pod range. */
  static String node(String name) {
    return """
    {"apiVersion":"v1","kind":"Node","metadata":{"name":"%s"},\
    "status":{"addresses":[{"type":"InternalIP","address":"%s"}]}}\
    """
        .formatted(name, PodWorld.NODE_ADDRESS);
  }

  private static String service(Service service) {
    String name = service.name().name();
    String address = service.clusterIps().getFirst();
    return """
    {"apiVersion":"v1","kind":"Service","metadata":{"name":"%s","namespace":"%s",\
    "creationTimestamp":"2026-01-01T00:00:00Z","labels":{"app":"%s","tier":"backend"},\
    "managedFields":[{"manager":"kubectl-client-side-apply","operation":"Update",\
    "apiVersion":"v1","time":"2026-01-01T00:00:00Z","fieldsType":"FieldsV1","fieldsV1":\
    {"f:metadata":{"f:labels":{".":{},"f:app":{},"f:tier":{}}},"f:spec":{\
    "f:internalTrafficPolicy":{},"f:ports":{".":{},"k:{\\"port\\":80,\\"protocol\\":\\"TCP\\"}":\
    {".":{},"f:name":{},"f:port":{},"f:protocol":{},"f:targetPort":{}}},"f:selector":{},\
    "f:sessionAffinity":{},"f:type":{}}}}]},"spec":{"type":"ClusterIP","clusterIP":"%s",\
    "clusterIPs":["%s"],"ipFamilies":["%s"],"ipFamilyPolicy":"SingleStack",\
    "internalTrafficPolicy":"Cluster","sessionAffinity":"None","selector":{"app":"%s"},\
    "ports":[{"name":"http","protocol":"TCP","port":%d,"targetPort":%d}]},\
    "status":{"loadBalancer":{}}}\
    """
        .formatted(
            name,
            service.name().namespace(),
            name,
            address,
            address,
            service.ipFamilies().getFirst(),
            name,
            Workload.SERVICE_PORT,
            Workload.POD_PORT);
  }

  private static String slice(EndpointSlice slice) {
    String service = slice.service().name();
    return """
    {"apiVersion":"discovery.k8s.io/v1","kind":"EndpointSlice","metadata":{"name":"%s",\
    "namespace":"%s","creationTimestamp":"2026-01-01T00:00:00Z","generateName":"%s-",\
    "labels":{"app":"%s","endpointslice.kubernetes.io/managed-by":\
    "endpointslice-controller.k8s.io","kubernetes.io/service-name":"%s"},"ownerReferences":\
    [{"apiVersion":"v1","kind":"Service","name":"%s","uid":\
    "00000000-0000-4000-8000-000000000000","controller":true,"blockOwnerDeletion":true}]},\
    "addressType":"%s","ports":[{"name":"http","protocol":"TCP","port":%d}],"endpoints":[%s]}\
    """
        .formatted(
            slice.name().name(),
            slice.name().namespace(),
            service,
            service,
            service,
            service,
            slice.family(),
            Workload.POD_PORT,
            slice.endpoints().stream().map(ClusterJson::endpoint).collect(Collectors.joining(",")));
  }

  private static String endpoint(Endpoint endpoint) {
    return """
    {"addresses":["%s"],"conditions":{"ready":true,"serving":true,"terminating":false},\
    "nodeName":"%s","targetRef":{"kind":"Pod","namespace":"bench","name":"pod-%s",\
    "uid":"00000000-0000-4000-8000-000000000001"}}\
    """
        .formatted(endpoint.address(), endpoint.nodeName(), endpoint.address());
  }
}
