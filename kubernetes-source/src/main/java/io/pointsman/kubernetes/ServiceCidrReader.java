package io.pointsman.kubernetes;

import io.pointsman.model.ServiceCidr;
import java.util.List;
import java.util.Optional;

/** Reads one ServiceCIDR. */
final class ServiceCidrReader {
  private final JsonInput in;
  private final Metadata meta = new Metadata("");
  private List<String> cidrs = List.of();

  private ServiceCidrReader(JsonInput in) {
    this.in = in;
  }

  /** Reads the ServiceCIDR that the input stands on; without a name it is none. */
  static ApiObject<ServiceCidr> read(JsonInput in) {
    ServiceCidrReader reader = new ServiceCidrReader(in);
    Optional<Fault> fault =
        in.object(field -> {
          switch (field) {
            case "metadata" -> reader.meta.read(in);
            case "spec" -> in.fields(reader::spec);
            default -> {}
          }
        });
    String name = reader.meta.name().name();
    return new ApiObject<>(
        reader.meta.name(),
        reader.meta.version(),
        name.isEmpty() ? Optional.empty() : Optional.of(new ServiceCidr(name, reader.cidrs)),
        fault);
  }

  private void spec(String field) {
    if (field.equals("cidrs")) {
      cidrs = in.texts();
    }
  }
}
