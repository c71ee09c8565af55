package io.pointsman.snapshot;

import io.pointsman.model.EndpointSlice;
import io.pointsman.model.ObjectName;
import io.pointsman.model.Service;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A Service and the slices that name it; either may be missing.
 *
 * @param service the Service, when it exists
 * @param slices its slices, sorted by name
 */
public record ServiceState(Optional<Service> service, List<EndpointSlice> slices) {
  static final ServiceState NOTHING = new ServiceState(Optional.empty(), List.of());

  public ServiceState {
    slices = List.copyOf(slices);
  }

  boolean isNothing() {
    return service.isEmpty() && slices.isEmpty();
  }

  ServiceState withService(Optional<Service> changed) {
    return new ServiceState(changed, slices);
  }

  ServiceState withSlice(EndpointSlice slice) {
    List<EndpointSlice> changed = otherSlices(slice.name());
    int at = 0;
    while (at < changed.size() && changed.get(at).name().compareTo(slice.name()) < 0) {
      at++;
    }
    changed.add(at, slice);
    return new ServiceState(service, changed);
  }

  ServiceState withoutSlice(ObjectName name) {
    return new ServiceState(service, otherSlices(name));
  }

  private List<EndpointSlice> otherSlices(ObjectName name) {
    List<EndpointSlice> others = new ArrayList<>(slices.size() + 1);
    for (EndpointSlice slice : slices) {
      if (!slice.name().equals(name)) {
        others.add(slice);
      }
    }
    return others;
  }
}
