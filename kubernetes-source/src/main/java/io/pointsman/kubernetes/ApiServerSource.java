package io.pointsman.kubernetes;

import io.pointsman.snapshot.ClusterEvent;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;

/**
 * Follows Services, EndpointSlices, ServiceCIDRs and one Node on an API server.
 *
 * <p>The state counts as synced when each kind has been listed once. An API server without
 * ServiceCIDRs (before Kubernetes 1.33 it may lack them), or one that does not let us read them, is
 * no obstacle.
 */
public final class ApiServerSource implements ClusterSource {
  private static final Duration CLOSING = Duration.ofSeconds(1);

  /** Two such answers are waited for by whoever asks us, and for ten seconds at most. */
  private static final Duration REVIEW = Duration.ofSeconds(4);

  private final String url;
  private final ApiClient api;
  private final EventWriter events;
  private final String nodeName;
  private final RandomGenerator random;
  private final Patience patience;
  private final List<Thread> threads = new ArrayList<>();
  private volatile Optional<Listener> listener = Optional.empty();

  /**
   * Prepares the source; no request is made before {@link #start}.
   *
   * @param api way to the API server; stays open when the source closes
   * @param nodeName {@code metadata.name} of the Node that the proxy runs on
   * @param random spreads attempts over time; used from several threads
   */
  public ApiServerSource(ApiClient api, String nodeName, RandomGenerator random) {
    this(api, nodeName, random, Patience.DEFAULT);
  }

  /** The same with other limits. */
  ApiServerSource(ApiClient api, String nodeName, RandomGenerator random, Patience patience) {
    this.url = api.url();
    this.api = api;
    this.events = new EventWriter(api, nodeName, InstantSource.system(), random);
    this.nodeName = nodeName;
    this.random = random;
    this.patience = patience;
  }

  @Override
  public synchronized void start(Listener listener) {
    this.listener = Optional.of(listener);
    if (!threads.isEmpty()) {
      throw new IllegalStateException("the source has already been started");
    }
    events.tell(listener);
    ApiRequests requests = new ApiRequests(api, listener::exchanged);
    Troubles troubles = new Troubles(listener);
    List<WatchedKind> kinds = List.of(services(), slices(), node(), serviceCidrs());
    AtomicInteger missing = new AtomicInteger(kinds.size());
    Runnable onFirstList =
        () -> {
          if (missing.decrementAndGet() == 0) {
            listener.synced();
          }
        };
    for (WatchedKind kind : kinds) {
      // Platform threads, as these stay in the network namespace of the thread that starts them; a
      // virtual thread runs in whichever namespace its carrier was made.
      threads.add(
          Thread.ofPlatform()
              .daemon()
              .name("watch-" + kind.plural())
              .start(
                  new Reflector(
                      url, requests, kind, listener, troubles, onFirstList, random, patience)));
    }
  }

  private static WatchedKind services() {
    String visible = "!" + Metadata.SERVICE_PROXY_NAME;
    return new WatchedKind(
        "services",
        "/api/v1/services",
        Map.of("labelSelector", visible, "fieldSelector", "spec.clusterIP!=None"),
        Optional.of(Map.of("labelSelector", visible)),
        in -> ServiceReader.read(in, "").map(ClusterEvent.ServiceSet::new),
        ClusterEvent.ServiceGone::new,
        true,
        Optional.empty());
  }

  private static WatchedKind slices() {
    return new WatchedKind(
        "endpointslices",
        "/apis/discovery.k8s.io/v1/endpointslices",
        Map.of("labelSelector", "!" + Metadata.HEADLESS),
        Optional.empty(),
        in -> SliceReader.read(in, "").map(ClusterEvent.SliceSet::new),
        ClusterEvent.SliceGone::new,
        true,
        Optional.empty());
  }

  private WatchedKind node() {
    return new WatchedKind(
        "nodes",
        "/api/v1/nodes",
        Map.of("fieldSelector", "metadata.name=" + nodeName),
        Optional.empty(),
        in -> NodeReader.read(in).map(ClusterEvent.NodeSet::new),
        name -> new ClusterEvent.NodeGone(name.name()),
        true,
        Optional.of(
            "Node '"
                + nodeName
                + "' does not exist in the cluster: check --hostname-override or the host's name,"
                + " and that the kubelet has registered"));
  }

  private static WatchedKind serviceCidrs() {
    return new WatchedKind(
        "servicecidrs",
        "/apis/networking.k8s.io/v1/servicecidrs",
        Map.of(),
        Optional.empty(),
        in -> ServiceCidrReader.read(in).map(ClusterEvent.ServiceCidrSet::new),
        name -> new ClusterEvent.ServiceCidrGone(name.name()),
        false,
        Optional.empty());
  }

  @Override
  public EventSink events() {
    return events;
  }

  @Override
  public Optional<AccessReviews> reviews() {
    return Optional.of(
        new AccessReviews(
            api, REVIEW, exchange -> listener.ifPresent(told -> told.exchanged(exchange))));
  }

  /** Ends the watches, so that the server need not find out; waits a moment for that. */
  @Override
  public synchronized void close() {
    threads.forEach(Thread::interrupt);
    events.close();
    try {
      for (Thread thread : threads) {
        thread.join(CLOSING);
      }
    } catch (InterruptedException hurried) {
      Thread.currentThread().interrupt();
    }
  }
}
