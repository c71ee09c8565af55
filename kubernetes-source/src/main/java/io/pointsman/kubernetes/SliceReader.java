package io.pointsman.kubernetes;

import io.pointsman.model.Endpoint;
import io.pointsman.model.EndpointSlice;
import io.pointsman.model.ObjectName;
import io.pointsman.net.IpFamily;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads one EndpointSlice; parts that mean nothing to a proxy are left out. */
final class SliceReader {
  private final JsonInput in;
  private final Metadata meta;
  private String addressType = "";
  private final List<EndpointSlice.Port> ports = new ArrayList<>(1);
  private final List<Endpoint> endpoints = new ArrayList<>();

  private SliceReader(JsonInput in, String absentNamespace) {
    this.in = in;
    this.meta = new Metadata(absentNamespace);
  }

  /**
   * Reads the EndpointSlice that the input stands on. This proxy must not see it when it belongs to
   * a headless Service, names no Service, holds host names, or lacks its namespace or name.
   *
   * @param absentNamespace stands for a namespace that is missing
   */
  static ApiObject<EndpointSlice> read(JsonInput in, String absentNamespace) {
    SliceReader reader = new SliceReader(in, absentNamespace);
    Optional<Fault> fault = in.object(reader::field);
    ObjectName name = reader.meta.name();
    return new ApiObject<>(name, reader.meta.version(), reader.slice(name), fault);
  }

  private void field(String field) {
    switch (field) {
      case "metadata" -> meta.read(in);
      case "addressType" -> addressType = in.text();
      case "ports" -> in.items(this::port);
      case "endpoints" -> in.items(() -> new EndpointReader().read());
      default -> {}
    }
  }

  private void port() {
    PortReader.read(in)
        .map(port -> new EndpointSlice.Port(port.name(), port.protocol(), port.port()))
        .ifPresent(ports::add);
  }

  private Optional<EndpointSlice> slice(ObjectName name) {
    String service = meta.service();
    if (meta.headless()
        || service.isEmpty()
        || name.namespace().isEmpty()
        || name.name().isEmpty()) {
      return Optional.empty();
    }
    return family()
        .map(family ->
            new EndpointSlice(
                name,
                new ObjectName(name.namespace(), service),
                family,
                ports,
                endpoints,
                meta.lastChange()));
  }

  private Optional<IpFamily> family() {
    return switch (addressType) {
      case "IPv4" -> Optional.of(IpFamily.IPV4);
      case "IPv6" -> Optional.of(IpFamily.IPV6);
      default -> Optional.empty();
    };
  }

  private final class EndpointReader {
    private String address = "";
    private String nodeName = "";
    private boolean ready = true;
    private boolean serving = true;
    private boolean terminating;
    private final List<String> zones = new ArrayList<>(1);
    private final List<String> nodes = new ArrayList<>(1);

    void read() {
      in.fields(this::field);
      if (!address.isEmpty()) {
        endpoints.add(new Endpoint(address, ready, serving, terminating, nodeName, zones, nodes));
      }
    }

    private void field(String field) {
      switch (field) {
        case "addresses" -> address = in.texts().stream().findFirst().orElse("");
        case "nodeName" -> nodeName = in.shared();
        case "conditions" -> in.fields(this::condition);
        case "hints" -> in.fields(this::hint);
        default -> {}
      }
    }

    private void condition(String field) {
      switch (field) {
        case "ready" -> ready = in.flag(true);
        case "serving" -> serving = in.flag(true);
        case "terminating" -> terminating = in.flag(false);
        default -> {}
      }
    }

    private void hint(String field) {
      switch (field) {
        case "forZones" -> in.items(() -> hinted(zones));
        case "forNodes" -> in.items(() -> hinted(nodes));
        default -> {}
      }
    }

    private void hinted(List<String> names) {
      in.fields(field -> {
        if (field.equals("name") && !in.absent()) {
          names.add(in.shared());
        }
      });
    }
  }
}
