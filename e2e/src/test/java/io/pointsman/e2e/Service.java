package io.pointsman.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import io.pointsman.net.IpAddress;
import io.pointsman.net.IpFamily;
import java.util.ArrayList;
import java.util.List;

/** A Service as the cluster has it. */
record Service(JsonNode json) {
  String name() {
    return json.at("/metadata/name").asText();
  }

  /** All its virtual addresses. */
  List<IpAddress> addresses() {
    List<IpAddress> addresses = new ArrayList<>();
    json.at("/spec/clusterIPs").forEach(one -> addresses.add(IpAddress.of(one.asText())));
    return addresses;
  }

  IpAddress address() {
    return addresses().getFirst();
  }

  IpFamily family() {
    return address().family();
  }

  /** The node port of its port with this number in the list, from 0. */
  int nodePort(int index) {
    return json.at("/spec/ports/" + index + "/nodePort").asInt();
  }

  int healthCheckPort() {
    return json.at("/spec/healthCheckNodePort").asInt();
  }
}
