package io.pointsman.kubernetes;

import io.pointsman.model.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads one Node. */
final class NodeReader {
  private static final String DELETION_TAINT = "ToBeDeletedByClusterAutoscaler";

  private final JsonInput in;
  private final Metadata meta = new Metadata("");
  private final List<String> internalIps = new ArrayList<>(2);
  private final List<String> externalIps = new ArrayList<>(2);
  private String podCidr = "";
  private List<String> podCidrs = List.of();
  private boolean tainted;

  private NodeReader(JsonInput in) {
    this.in = in;
  }

  /** Reads the Node that the input stands on; without a name it is none. */
  static ApiObject<Node> read(JsonInput in) {
    NodeReader reader = new NodeReader(in);
    Optional<Fault> fault =
        in.object(field -> {
          switch (field) {
            case "metadata" -> reader.meta.read(in);
            case "spec" -> in.fields(reader::spec);
            case "status" -> in.fields(reader::status);
            default -> {}
          }
        });
    return new ApiObject<>(reader.meta.name(), reader.meta.version(), reader.node(), fault);
  }

  private void spec(String field) {
    switch (field) {
      case "podCIDR" -> podCidr = in.text();
      case "podCIDRs" -> podCidrs = in.texts();
      case "taints" -> in.items(() -> in.fields(this::taint));
      default -> {}
    }
  }

  private void taint(String field) {
    if (field.equals("key")) {
      tainted |= in.text().equals(DELETION_TAINT);
    }
  }

  private void status(String field) {
    if (field.equals("addresses")) {
      in.items(this::address);
    }
  }

  private void address() {
    var address =
        new Object() {
          String type = "";
          String text = "";
        };
    in.fields(field -> {
      switch (field) {
        case "type" -> address.type = in.text();
        case "address" -> address.text = in.text();
        default -> {}
      }
    });
    if (!address.text.isEmpty()) {
      switch (address.type) {
        case "InternalIP" -> internalIps.add(address.text);
        case "ExternalIP" -> externalIps.add(address.text);
        default -> {}
      }
    }
  }

  private Optional<Node> node() {
    String name = meta.name().name();
    if (name.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new Node(
            name,
            meta.zone(),
            Stream.concat(internalIps.stream(), externalIps.stream()).toList(),
            podCidrs.isEmpty() && !podCidr.isEmpty() ? List.of(podCidr) : podCidrs,
            tainted || meta.beingDeleted()));
  }
}
