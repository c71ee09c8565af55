package io.pointsman.lab.api;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesCrudDispatcher;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.MockWebServer;
import io.pointsman.lab.LabException;
import io.pointsman.lab.scenario.ClusterObjects;
import io.pointsman.lab.scenario.Manifest;
import io.pointsman.lab.scenario.ObjectKey;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * fabric8's CRUD server on the loopback address of the network namespace of the thread that starts
 * it. It stores what it is given; nothing is validated or defaulted.
 */
public final class EmbeddedApiServer implements AutoCloseable {
  private final KubernetesMockServer server;
  private final KubernetesClient client;

  /** Stays in the namespace of the server, so that its requests get there. */
  private final ExecutorService writer;

  private ClusterObjects held = ClusterObjects.of(List.of());

  private EmbeddedApiServer(KubernetesMockServer server) {
    this.server = server;
    this.client = server.createClient();
    this.writer =
        Executors.newSingleThreadExecutor(
            work -> Thread.ofPlatform().daemon().name("objects for the API").unstarted(work));
  }

  /** Starts an empty server on a free port. */
  public static EmbeddedApiServer start() {
    KubernetesMockServer server =
        new KubernetesMockServer(
            new Context(),
            new MockWebServer(),
            new HashMap<>(),
            new KubernetesCrudDispatcher(),
            false);
    server.init(InetAddress.getLoopbackAddress(), 0);
    EmbeddedApiServer started = new EmbeddedApiServer(server);
    started.write(() -> true);
    return started;
  }

  /** Where it listens, such as {@code http://127.0.0.1:40000}. */
  public String url() {
    return "http://127.0.0.1:" + server.getPort();
  }

  /** Makes these all the objects there are, by one request for each that differs. */
  public void publish(ClusterObjects objects) {
    write(() -> {
      change(held.byKey(), objects);
      held = objects;
      return true;
    });
  }

  private void change(SortedMap<ObjectKey, Manifest> before, ClusterObjects after) {
    after
        .byKey()
        .forEach((key, manifest) -> {
          Manifest old = before.get(key);
          if (old == null) {
            client.resource(typed(manifest)).create();
          } else if (!old.equals(manifest)) {
            client.resource(typed(manifest)).update();
          }
        });
    before.forEach((key, manifest) -> {
      if (after.get(key).isEmpty()) {
        client.resource(typed(manifest)).delete();
      }
    });
  }

  private HasMetadata typed(Manifest manifest) {
    return client.getKubernetesSerialization().unmarshal(manifest.json().toString());
  }

  private void write(Callable<Boolean> work) {
    try {
      writer.submit(work).get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LabException("interrupted while objects are written to the API server");
    } catch (ExecutionException e) {
      throw new LabException("the embedded API server does not take an object: " + e.getCause(), e);
    }
  }

  @Override
  public void close() {
    writer.shutdownNow();
    client.close();
    server.destroy();
  }
}
