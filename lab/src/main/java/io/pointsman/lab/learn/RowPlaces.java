package io.pointsman.lab.learn;

import io.pointsman.lab.LabException;
import io.pointsman.lab.cni.CniRuntime;
import io.pointsman.lab.cni.NetworkList;
import io.pointsman.lab.packet.EchoServers;
import io.pointsman.lab.packet.Prober;
import io.pointsman.net.IpAddress;
import io.pointsman.netlink.netns.NetworkNamespace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a row is played in: empty namespaces with servers or a cluster, a directory, a CNI runtime
 * for each place.
 */
final class RowPlaces implements AutoCloseable {
  private final Map<String, NetworkNamespace> namespaces = new LinkedHashMap<>();
  private final Map<String, CniRuntime> runtimes = new LinkedHashMap<>();
  private final RowDirectory directory;
  private final Prober prober;
  private final List<NetworkList> networks;
  private Optional<RowCluster> cluster = Optional.empty();
  private Optional<EchoServers> servers = Optional.empty();

  private RowPlaces(Row row, RowDirectory directory) throws IOException {
    this.directory = directory;
    try {
      cluster = row.cluster().map(RowCluster::new);
      for (String place : row.places()) {
        NetworkNamespace namespace =
            cluster.map(one -> one.lab().namespace(place)).orElseGet(NetworkNamespace::create);
        namespaces.put(place, namespace);
        runtimes.put(place, new CniRuntime(namespace, CniRuntime.DEBIAN_PLUGINS));
        namespace.exec("ip", "link", "set", "lo", "up").orThrow();
      }
      networks = writeNetworks(row);
      if (cluster.isPresent()) {
        prober = cluster.get().lab().prober();
      } else {
        prober = new Prober(this::namespace, this::nameOf);
        servers = Optional.of(EchoServers.start(namespaces));
      }
    } catch (IOException | RuntimeException failed) {
      letGo();
      throw failed;
    }
  }

  static RowPlaces open(Row row) {
    try {
      return new RowPlaces(row, RowDirectory.create());
    } catch (IOException failed) {
      throw new LabException("row " + row.number() + " cannot begin: " + failed, failed);
    }
  }

  private List<NetworkList> writeNetworks(Row row) throws IOException {
    Path lists = Files.createDirectory(directory.path().resolve("net.d"));
    int number = 10;
    for (var network : row.networks()) {
      String file = number++ + "-" + network.path("name").asText() + ".conflist";
      String json = network.toPrettyString().replace("$dir", directory.path().toString());
      Files.writeString(lists.resolve(file), json + "\n");
    }
    return NetworkList.readAll(lists);
  }

  NetworkNamespace namespace(String place) {
    NetworkNamespace namespace = namespaces.get(place);
    if (namespace == null) {
      throw new LabException("there is no '" + place + "' here; there are " + namespaces.keySet());
    }
    return namespace;
  }

  Map<String, NetworkNamespace> namespaces() {
    return namespaces;
  }

  CniRuntime runtime(String place) {
    namespace(place);
    return java.util.Objects.requireNonNull(runtimes.get(place));
  }

  NetworkList network(String name) {
    return networks.stream()
        .filter(one -> one.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new LabException("the row has no network '" + name + "'"));
  }

  RowCluster cluster() {
    return cluster.orElseThrow(() -> new LabException("the row has no cluster"));
  }

  Path directory() {
    return directory.path();
  }

  Prober prober() {
    return prober;
  }

  /** The place that has this address. */
  private String nameOf(IpAddress seen) {
    String wanted = " " + seen + "/";
    return namespaces.entrySet().stream()
        .filter(one -> one.getValue().exec("ip", "-o", "addr").output().contains(wanted))
        .findFirst()
        .map(Map.Entry::getKey)
        .orElse("other");
  }

  @Override
  public void close() {
    servers.ifPresent(EchoServers::close);
    letGo();
  }

  private void letGo() {
    cluster.ifPresent(RowCluster::close);
    namespaces.values().forEach(NetworkNamespace::close);
    directory.close();
  }
}
