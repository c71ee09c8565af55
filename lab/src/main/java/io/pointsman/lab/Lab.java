package io.pointsman.lab;

import io.pointsman.lab.Topology.Client;
import io.pointsman.lab.Topology.Node;
import io.pointsman.lab.Topology.Pod;
import io.pointsman.lab.packet.Destination;
import io.pointsman.lab.packet.EchoServers;
import io.pointsman.lab.packet.Expectation;
import io.pointsman.lab.packet.Outcome;
import io.pointsman.lab.packet.Probe;
import io.pointsman.lab.packet.Prober;
import io.pointsman.net.IpAddress;
import io.pointsman.net.Protocol;
import io.pointsman.netlink.netns.NetworkNamespace;
import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A topology that is up: namespaces, cables, addresses, routes, and a server on every pod, node and
 * client. No proxy runs in it and no rules are loaded; that is for whoever uses it.
 *
 * <p>Everything belongs to this process and ends with it. Several labs can be up at once.
 */
public final class Lab implements AutoCloseable {
  private static final Duration PLUGGING_LIMIT = Duration.ofSeconds(10);

  private final Topology topology;
  private final Map<String, NetworkNamespace> namespaces;
  private final ChildProcesses children = new ChildProcesses();
  private final Prober prober;
  private Optional<EchoServers> servers = Optional.empty();

  private Lab(Topology topology) {
    this.topology = topology;
    this.namespaces = Collections.synchronizedMap(new LinkedHashMap<>());
    this.prober = new Prober(this::namespace, this::nameOfSource);
  }

  /**
   * Builds the topology and waits until packets pass.
   *
   * @throws LabException saying what is missing or what failed; nothing is left behind then
   */
  public static Lab up(Topology topology) {
    List<String> missing = LabNeeds.missing();
    if (!missing.isEmpty()) {
      throw new LabException("a lab needs more than there is: " + String.join("; ", missing));
    }
    Lab lab = new Lab(topology);
    try {
      lab.build();
      return lab;
    } catch (IOException | RuntimeException failed) {
      lab.close();
      throw failed instanceof RuntimeException unchecked
          ? unchecked
          : new LabException("the lab did not come up: " + failed.getMessage(), failed);
    }
  }

  private void build() throws IOException {
    topology.names().forEach(name -> namespaces.put(name, NetworkNamespace.create()));
    namespaces.forEach((name, namespace) -> namespace.run(settingsOf(name)::write));
    Wiring.of(topology, name -> namespace(name).path())
        .forEach((name, lines) ->
            namespace(name)
                .execWithInput(String.join("\n", lines) + "\n", "ip", "-batch", "-")
                .orThrow());
    Map<String, NetworkNamespace> serving = new LinkedHashMap<>(namespaces);
    serving.remove(topology.fabric().name());
    servers = Optional.of(EchoServers.start(serving));
    topology.nodes().forEach(this::awaitPlugged);
  }

  private KernelSettings settingsOf(String name) {
    if (name.equals(topology.fabric().name())) {
      return KernelSettings.ofFabric();
    }
    return topology.node(name).isPresent() ? KernelSettings.ofNode() : KernelSettings.ofHost();
  }

  /** The kernel brings a bridge's ports up in its own time: wait until each was seen to work. */
  private void awaitPlugged(Node from) {
    for (Pod pod : topology.pods()) {
      pod.addresses().forEach(address -> awaitAnswer(from.name(), pod.name(), address));
    }
    for (Client client : topology.clients()) {
      client
          .addresses()
          .forEach(address -> awaitAnswer(from.name(), client.name(), address.address()));
    }
  }

  private void awaitAnswer(String from, String to, IpAddress address) {
    Probe probe =
        Probe.of(from, new Destination(address, EchoServers.PORTS.getFirst(), Protocol.UDP));
    long deadline = System.nanoTime() + PLUGGING_LIMIT.toNanos();
    Duration patience = Duration.ofMillis(20);
    Outcome outcome = prober.once(probe, patience);
    while (!(outcome instanceof Outcome.Answered)) {
      if (System.nanoTime() - deadline > 0) {
        throw new LabException(
            "the lab is wired, but " + probe + " (" + to + ") ends in: " + outcome);
      }
      patience = patience.multipliedBy(2);
      outcome = prober.once(probe, patience);
    }
  }

  private String nameOfSource(IpAddress seen) {
    for (Node node : topology.nodes()) {
      if (node.allAddresses().contains(seen)) {
        return node.hostName();
      }
    }
    return topology.pods().stream()
        .filter(pod -> pod.addresses().contains(seen))
        .findFirst()
        .map(pod -> "pod " + pod.name())
        .orElse("other");
  }

  public Topology topology() {
    return topology;
  }

  /**
   * The namespace with this name.
   *
   * @throws LabException listing the names there are
   */
  public NetworkNamespace namespace(String name) {
    NetworkNamespace namespace = namespaces.get(name);
    if (namespace == null) {
      throw new LabException(
          "there is no '" + name + "' in this lab; there are " + namespaces.keySet());
    }
    return namespace;
  }

  /** Sends packets from the places of this lab. */
  public Prober prober() {
    return prober;
  }

  /** As {@link Prober#look} with forty connections and nothing expected: the distinct outcomes. */
  public List<String> outcomes(String from, String to) {
    return List.copyOf(
        prober.look(Probe.of(from, Destination.of(to)), Expectation.none()).outcomes());
  }

  /**
   * Starts a process in a namespace. It is killed when the lab closes or this process dies; a shell
   * script must {@code exec} its program for the latter to reach it.
   *
   * @param builder command, directory, environment and redirections; its command is changed
   */
  public Process start(String name, ProcessBuilder builder) {
    return children.start(builder.command(namespace(name).enter(builder.command())));
  }

  /**
   * A further place, of which the topology does not know: a namespace with the settings of a host,
   * its loopback interface up. Somebody else plugs it in.
   *
   * @throws LabException when there is one of this name
   */
  public NetworkNamespace join(String name) {
    NetworkNamespace namespace = NetworkNamespace.create();
    if (namespaces.putIfAbsent(name, namespace) != null) {
      namespace.close();
      throw new LabException("there is a '" + name + "' in this lab already");
    }
    try {
      namespace.run(KernelSettings.ofHost()::write);
      namespace.exec("ip", "link", "set", "lo", "up").orThrow();
      return namespace;
    } catch (RuntimeException failed) {
      leave(name);
      throw failed;
    }
  }

  /** Lets the namespace of a place go that has joined; end first what works in it. */
  public void leave(String name) {
    Optional.ofNullable(namespaces.remove(name)).ifPresent(NetworkNamespace::close);
  }

  /** Kills the processes, closes the servers, takes the cables out, lets the namespaces go. */
  @Override
  public void close() {
    children.close();
    servers.ifPresent(EchoServers::close);
    servers = Optional.empty();
    namespaces.values().forEach(NetworkNamespace::close);
  }
}
