package io.pointsman.lab.cluster;

import io.pointsman.lab.Lab;
import io.pointsman.lab.scenario.ClusterObjects;
import io.pointsman.lab.scenario.Manifest;
import io.pointsman.lab.servers.DnsServer;
import io.pointsman.lab.servers.IngressServer;
import io.pointsman.netlink.netns.NetworkNamespace;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The servers in pods; those that serve names and Ingresses are told of all objects. */
final class ClusterServers implements PodServers {
  private final Lab lab;
  private final Path directory;
  private final Supplier<ClusterObjects> objects;
  private final List<Consumer<ClusterObjects>> listeners = new CopyOnWriteArrayList<>();

  /**
   * @param directory its own, for the servers' files
   * @param objects all that there are now
   */
  ClusterServers(Lab lab, Path directory, Supplier<ClusterObjects> objects) {
    this.lab = lab;
    this.directory = directory;
    this.objects = objects;
  }

  @Override
  public PodServer start(Manifest pod, String in, String name, Set<Integer> ports) {
    NetworkNamespace namespace = lab.namespace(in);
    Path own = directory.resolve(name.replace('/', '_'));
    return switch (PodImage.of(pod)) {
      case WEB -> PodWeb.start(name, namespace, ports);
      case DNS -> {
        DnsServer server = DnsServer.start(namespace, own, objects.get(), Optional.empty());
        yield told(server::update, server::close);
      }
      case INGRESS -> {
        IngressServer server = IngressServer.start(namespace, own, objects.get());
        yield told(server::update, server::close);
      }
    };
  }

  private PodServer told(Consumer<ClusterObjects> update, Runnable end) {
    listeners.add(update);
    // What has changed since it read the objects.
    update.accept(objects.get());
    return new PodServer() {
      @Override
      public boolean isRunning() {
        return true;
      }

      @Override
      public void close() {
        listeners.remove(update);
        end.run();
      }
    };
  }

  /** Tells the servers what there is now. */
  void tell(ClusterObjects now) {
    listeners.forEach(listener -> listener.accept(now));
  }
}
