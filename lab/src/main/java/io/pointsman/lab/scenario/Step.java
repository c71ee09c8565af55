package io.pointsman.lab.scenario;

import com.fasterxml.jackson.databind.JsonNode;
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

  /** Stops, starts, … the proxies. */
  record Proxy(
      String action, boolean otherMode, boolean reference, Optional<JsonNode> configuration)
      implements Step {}

  /**
   * Time that the recording gave a proxy which tells nobody when it is done. A proxy under test
   * says so itself, and this passes at once.
   */
  record Pause(Duration recorded) implements Step {}

  /** A step of the format that nothing plays yet: what it asks for, as written. */
  record NotPlayed(String name, JsonNode asWritten) implements Step {}
}
