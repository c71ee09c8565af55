package io.pointsman.lab.learn;

import io.pointsman.lab.cni.Container.PortMapping;
import io.pointsman.lab.packet.Destination;
import io.pointsman.lab.scenario.ProxyMode;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** What a step does. {@code toString} is how a person would write it down. */
public sealed interface RowAction {
  /**
   * Commands of the shell; {@code $NAME} in them is the path of that place's namespace.
   *
   * @param again whether they are given again, for some seconds, until their answer is as told: for
   *     what comes about by itself after the step before
   */
  record Run(String in, String command, boolean again) implements RowAction {
    @Override
    public String toString() {
      return in + "# " + command.strip().replace("\n", "\n" + in + "# ");
    }
  }

  /**
   * Connections; the server that gets one says its name and whom it sees.
   *
   * @param times how many, 1 or more
   */
  record Ask(String in, Destination to, int times) implements RowAction {
    @Override
    public String toString() {
      return in + "# connect " + to + (times == 1 ? "" : ", " + times + " times");
    }
  }

  /** Starts the service proxy on every node of the row's cluster, or again in another mode. */
  record Proxy(ProxyMode mode) implements RowAction {
    @Override
    public String toString() {
      return "every node# pointsman run, mode " + mode;
    }
  }

  /**
   * Starts a server in a place; it is told of all objects that are applied from then on.
   *
   * @param upstream whom a DNS server asks for names outside of the cluster
   */
  record Serve(String in, Server server, Optional<String> upstream) implements RowAction {
    @Override
    public String toString() {
      return in
          + "# serve "
          + server
          + upstream.map(address -> ", other names by " + address).orElse("");
    }
  }

  /** The servers of {@link Serve}. */
  enum Server {
    /** Names of the cluster, by knot. */
    DNS("knotd", "knotc", "kdig"),
    /** The zone {@code example.org}, by knot: the world outside. */
    WORLD("knotd", "knotc", "kdig"),
    /** Ingresses, by nginx. */
    INGRESS("nginx", "openssl", "curl"),
    /** A web page, by nginx. */
    WEB("nginx", "curl");

    @SuppressWarnings("ImmutableEnumChecker") // made by List.of
    private final List<String> programs;

    Server(String... programs) {
      this.programs = List.of(programs);
    }

    /** What it is run and asked with. */
    List<String> programs() {
      return programs;
    }

    /** The one that a row calls by this name. */
    static Optional<Server> named(String name) {
      return Stream.of(values()).filter(one -> one.toString().equals(name)).findFirst();
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Puts objects on the API server.
   *
   * @param text in the short form of scenarios, or whole ones
   */
  record Apply(String text) implements RowAction {
    @Override
    public String toString() {
      return "apply:\n" + text.indent(2).stripTrailing();
    }
  }

  /**
   * A call of the CNI plugins.
   *
   * @param command ADD, CHECK or DEL
   */
  record Cni(String in, String command, String network, String container, List<PortMapping> ports)
      implements RowAction {
    public Cni {
      ports = List.copyOf(ports);
    }

    @Override
    public String toString() {
      StringBuilder text = new StringBuilder(in + "# cni " + command + " ");
      text.append(network).append(' ').append(container);
      ports.forEach(port ->
          text.append(' ').append(port.hostPort()).append("->").append(port.containerPort()));
      return text.toString();
    }
  }

  /**
   * Many containers at once: ADD for each, then DEL for each.
   *
   * @param networks name of the network on each of the places
   */
  record Crowd(List<String> in, List<String> networks, int containers) implements RowAction {
    public Crowd {
      in = List.copyOf(in);
      networks = List.copyOf(networks);
    }

    @Override
    public String toString() {
      return String.join(", ", in)
          + "# cni ADD and DEL for "
          + containers
          + " containers at once: "
          + String.join(", ", networks);
    }
  }
}
