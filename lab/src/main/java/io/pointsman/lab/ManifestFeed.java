package io.pointsman.lab;

import io.pointsman.kubernetes.ManifestReader;
import io.pointsman.kubernetes.Manifests;
import io.pointsman.lab.scenario.ClusterObjects;
import io.pointsman.snapshot.ClusterEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Objects as manifest files tell them, handed over at once. */
final class ManifestFeed implements ObjectFeed {
  private final String nodeName;
  private Manifests published;
  private long sent;
  private @Nullable Listener listener;

  /**
   * @param nodeName the only Node that counts
   */
  ManifestFeed(String nodeName, ClusterObjects objects) {
    this.nodeName = nodeName;
    this.published = read(objects);
  }

  /** The objects as the manifest source reads them. */
  static Manifests read(ClusterObjects objects) {
    try {
      Path folder = Files.createTempDirectory("pointsman-lab-");
      try {
        int number = 0;
        for (var manifest : objects.manifests()) {
          Files.writeString(folder.resolve(number++ + ".json"), manifest.json().toString());
        }
        return ManifestReader.read(folder);
      } finally {
        try (var files = Files.list(folder)) {
          for (Path file : files.toList()) {
            Files.delete(file);
          }
        }
        Files.delete(folder);
      }
    } catch (IOException e) {
      throw new LabException("manifests cannot be written: " + e.getMessage(), e);
    }
  }

  @Override
  public synchronized void start(Listener started) {
    listener = started;
    send(started, published.since(Manifests.EMPTY, nodeName));
    started.synced();
  }

  @Override
  public synchronized void publish(ClusterObjects objects) {
    Manifests next = read(objects);
    List<ClusterEvent> events = next.since(published, nodeName);
    published = next;
    if (listener != null) {
      send(listener, events);
    }
  }

  private void send(Listener to, List<ClusterEvent> events) {
    if (!events.isEmpty()) {
      sent += events.size();
      to.events(events);
    }
  }

  @Override
  public synchronized long awaitDelivered() {
    return sent;
  }

  @Override
  public void close() {
    // Nothing runs here.
  }
}
