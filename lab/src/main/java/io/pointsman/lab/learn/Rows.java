package io.pointsman.lab.learn;

import io.pointsman.lab.LabException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** The rows that there are. */
public final class Rows {
  private static final List<String> FILES =
      List.of(
          "01-namespaces.yaml",
          "02-bridge.yaml",
          "03-nat.yaml",
          "04-port-forwarding.yaml",
          "05-container-networks.yaml",
          "06-cni.yaml",
          "07-cluster-network.yaml",
          "08-pod-network.yaml",
          "09-ipam.yaml",
          "10-services.yaml",
          "11-dns.yaml",
          "12-ingress.yaml");

  private Rows() {}

  /** All rows, by number. */
  public static List<Row> all() {
    return FILES.stream().map(file -> RowReader.read(file, text(file))).toList();
  }

  /** The row with this number. */
  public static Optional<Row> numbered(int number) {
    return all().stream().filter(row -> row.number() == number).findFirst();
  }

  private static String text(String file) {
    try (InputStream resource = Rows.class.getResourceAsStream(file)) {
      if (resource == null) {
        throw new LabException("the row " + file + " is not in this program");
      }
      return new String(resource.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException unreadable) {
      throw new LabException("the row " + file + " cannot be read: " + unreadable, unreadable);
    }
  }
}
