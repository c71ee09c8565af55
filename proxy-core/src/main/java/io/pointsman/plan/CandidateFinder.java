package io.pointsman.plan;

import io.pointsman.model.Endpoint;
import io.pointsman.model.EndpointSlice;
import io.pointsman.model.ObjectName;
import io.pointsman.model.ServicePortName;
import io.pointsman.net.IpAddress;
import io.pointsman.net.IpFamily;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Merges the slices of a Service into the candidates of one of its ports.
 *
 * @param family slices of the other family do not count
 * @param nodeName endpoints on this node are local
 */
public record CandidateFinder(IpFamily family, String nodeName) {
  /**
   * The candidates, sorted by address and port. When slices name one address and port twice, a
   * running endpoint beats a terminating one: a pod's address can be given to its successor while
   * the old slice still lists it.
   */
  public List<Candidate> find(
      List<EndpointSlice> slices, ServicePortName port, Consumer<Diagnostic> problems) {
    Map<Target, Candidate> found = new TreeMap<>();
    for (EndpointSlice slice : slices) {
      if (slice.family() == family) {
        for (EndpointSlice.Port slicePort : slice.ports()) {
          if (slicePort.name().equals(port.port()) && slicePort.protocol() == port.protocol()) {
            addAll(slice, slicePort.port(), found, problems);
          }
        }
      }
    }
    return new ArrayList<>(found.values());
  }

  /** The addresses on this node that take new connections on any port of the Service's slices. */
  Set<IpAddress> readyHere(ObjectName service, List<EndpointSlice> slices) {
    Set<ServicePortName> ports = new TreeSet<>();
    for (EndpointSlice slice : slices) {
      for (EndpointSlice.Port port : slice.ports()) {
        ports.add(new ServicePortName(service, port.name(), port.protocol()));
      }
    }
    Set<IpAddress> addresses = new TreeSet<>();
    for (ServicePortName port : ports) {
      // What is wrong with an endpoint is told where its port is planned.
      for (Candidate candidate : find(slices, port, problem -> {})) {
        if (candidate.target().local() && candidate.isReady()) {
          addresses.add(candidate.target().address());
        }
      }
    }
    return addresses;
  }

  private void addAll(
      EndpointSlice slice, int port, Map<Target, Candidate> found, Consumer<Diagnostic> problems) {
    for (Endpoint endpoint : slice.endpoints()) {
      Optional<IpAddress> address =
          IpAddress.parse(endpoint.address()).filter(a -> a.family() == family);
      if (address.isEmpty()) {
        problems.accept(
            new Diagnostic(
                "EndpointSlice " + slice.name(),
                "endpoint address '"
                    + endpoint.address()
                    + "' is not an "
                    + family
                    + " address; the endpoint is left out"));
        continue;
      }
      boolean local = !nodeName.isEmpty() && endpoint.nodeName().equals(nodeName);
      Candidate candidate = new Candidate(new Target(address.get(), port, local), endpoint);
      found.merge(candidate.target(), candidate, (old, now) -> endpoint.terminating() ? old : now);
    }
  }
}
