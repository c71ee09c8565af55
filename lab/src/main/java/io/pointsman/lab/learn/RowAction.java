package io.pointsman.lab.learn;

import io.pointsman.lab.cni.Container.PortMapping;
import io.pointsman.lab.packet.Destination;
import java.util.List;

/** What a step does. {@code toString} is how a person would write it down. */
public sealed interface RowAction {
  /** Commands of the shell; {@code $NAME} in them is the path of that place's namespace. */
  record Run(String in, String command) implements RowAction {
    @Override
    public String toString() {
      return in + "# " + command.strip().replace("\n", "\n" + in + "# ");
    }
  }

  /** A connection; the server that gets it says its name and whom it sees. */
  record Ask(String in, Destination to) implements RowAction {
    @Override
    public String toString() {
      return in + "# connect " + to;
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
