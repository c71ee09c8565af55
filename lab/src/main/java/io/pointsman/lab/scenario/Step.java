package io.pointsman.lab.scenario;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pointsman.lab.packet.Destination;
import io.pointsman.net.IpAddress;
import io.pointsman.net.Protocol;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** One thing that happens in a scenario. */
public sealed interface Step {
  /** A step that changes objects, and whether it waits until the change is in the kernel. */
  sealed interface Change extends Step {
    boolean sync();
  }

  /** Connections from each place to each destination. */
  record Connect(List<String> from, List<Destination> to, Optional<IpAddress> source, int tries)
      implements Step {
    public Connect {
      from = List.copyOf(from);
      to = List.copyOf(to);
    }
  }

  /**
   * Connections with what must become of them.
   *
   * @param tries the least number of connections of each probe
   */
  record Expect(List<Line> lines, int tries) implements Step {
    public Expect {
      lines = List.copyOf(lines);
    }

    /** One line: from each of these to all addresses of the place. */
    public record Line(List<String> from, Optional<IpAddress> source, Place to, Expected expected) {
      public Line {
        from = List.copyOf(from);
      }
    }
  }

  /**
   * Connections one after the other, to see whether a client stays with its endpoint.
   *
   * @param connections for each source
   * @param sources 1 for the ordinary source address, more for that many others
   * @param remember name under which the reached endpoints are kept
   * @param compare name of those to compare with
   * @param showSource whether the address that servers saw matters
   */
  record Affinity(
      String from,
      Destination to,
      int connections,
      int sources,
      Duration gap,
      Optional<String> remember,
      Optional<String> compare,
      boolean showSource)
      implements Step {}

  /** Where a flow or traffic begins and ends. */
  record Path(String from, Destination to) {}

  /** A question on a flow that stays open; the first use of the name has the path. */
  record Ask(Protocol protocol, String name, Optional<Path> opening) implements Step {}

  /** Begins traffic in the background, or ends it, when there is no path. */
  record Background(String name, Optional<Path> opening) implements Step {}

  /** What of an HTTP answer is looked at, besides the status. */
  enum Show {
    HEADERS,
    BODY,
    RAW,
    KEYS
  }

  /** HTTP requests from each place to each URL. */
  record Http(List<String> from, List<URI> urls, String method, Set<Show> show) implements Step {
    public Http {
      from = List.copyOf(from);
      urls = List.copyOf(urls);
      show = Set.copyOf(show);
    }
  }

  /** Waits until a connection succeeds ({@code reached}) or has another outcome. */
  record Await(String from, Destination to, Duration most, String until) implements Step {}

  /** Lists the rules that the proxy has on a node. */
  record Leftovers(String node) implements Step {}

  /** Creates objects or replaces them. */
  record Apply(List<Manifest> manifests, boolean sync) implements Change {
    public Apply {
      manifests = List.copyOf(manifests);
    }
  }

  record Delete(List<ObjectKey> keys, boolean sync) implements Change {
    public Delete {
      keys = List.copyOf(keys);
    }
  }

  /** Changes an object by a merge patch (RFC 7386). */
  record Merge(ObjectKey key, JsonNode patch, boolean sync) implements Change {}

  /** Changes an object by a JSON patch (RFC 6902). */
  record JsonEdit(ObjectKey key, JsonNode operations, boolean sync) implements Change {}

  /** Sets the load-balancer ingress of a Service's status. */
  record Vips(ObjectKey key, JsonNode ingress, boolean sync) implements Change {}

  /** Takes the endpoints out of a slice that an affinity step remembered. */
  record DropEndpoint(ObjectKey key, String reached, boolean sync) implements Change {}

  /**
   * A command on a node or pod, as an administrator or another program would give it.
   *
   * @param input for its standard input
   */
  record Run(String on, List<String> command, String input) implements Step {
    public Run {
      command = List.copyOf(command);
    }
  }

  /** Adds an address to a node's interface, or takes it away, behind the proxy's back. */
  record Address(String node, boolean adding, String address, String device) implements Step {}

  /** Removes rules or connection tracking entries on a node behind the proxy's back. */
  record Flush(What what, String node) implements Step {
    /** What is removed; each is spelled as in scenario files, with a dash for the underscore. */
    public enum What {
      /** Everything of everybody, in all tables of all flavours. */
      RULESET,
      /** The rules of all chains of the iptables tables nat; the chains stay. */
      NAT,
      /** All iptables chains whose names begin with {@code KUBE-}, and the jumps to them. */
      KUBE,
      /** The proxy's tables in nf_tables. */
      PROXY_TABLE,
      /** All entries of connection tracking. */
      CONNTRACK
    }
  }

  /** What can happen to the proxies. */
  enum Action {
    STOP,
    START,
    RESTART,
    /** Ends them with no chance to do anything. */
    KILL,
    /** Stops them, and removes all rules as the program's command {@code cleanup} does. */
    CLEANUP
  }

  /**
   * Stops, starts, … the proxies.
   *
   * @param otherMode start with the other backend
   * @param reference start kube-proxy instead of the tested proxy
   * @param configuration changes to the configuration that the scenario begins with, from here on
   */
  record Proxy(
      Action action, boolean otherMode, boolean reference, Optional<ObjectNode> configuration)
      implements Step {}

  /**
   * Time that the recording gave a proxy which tells nobody when it is done. A proxy under test
   * says so itself: it is over when everything is programmed.
   */
  record Pause(Duration recorded) implements Step {}
}
