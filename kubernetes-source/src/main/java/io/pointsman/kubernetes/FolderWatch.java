package io.pointsman.kubernetes;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Tells that something happened in a changing set of folders. For one thread. */
public final class FolderWatch implements AutoCloseable {
  private final WatchService service;
  private final Map<Path, WatchKey> keys = new HashMap<>();

  private FolderWatch(WatchService service) {
    this.service = service;
  }

  public static FolderWatch open() throws IOException {
    return new FolderWatch(FileSystems.getDefault().newWatchService());
  }

  /**
   * Watches exactly these folders.
   *
   * @return true when one was not watched before
   * @throws IOException when a folder has vanished or the limit on watches is reached
   */
  public boolean follow(Set<Path> folders) throws IOException {
    keys.entrySet()
        .removeIf(entry -> {
          boolean left = !folders.contains(entry.getKey());
          if (left) {
            entry.getValue().cancel();
          }
          return left || !entry.getValue().isValid();
        });
    boolean more = false;
    for (Path folder : folders) {
      // Registering again gives the same key unless another folder now has this name.
      WatchKey key =
          folder.register(
              service,
              StandardWatchEventKinds.ENTRY_CREATE,
              StandardWatchEventKinds.ENTRY_MODIFY,
              StandardWatchEventKinds.ENTRY_DELETE);
      WatchKey before = keys.put(folder, key);
      more |= before != key;
      if (before != null && before != key) {
        before.cancel();
      }
    }
    return more;
  }

  /** Waits for something to happen, at most this long; returns whether it did. */
  public boolean changed(Duration limit) throws InterruptedException {
    @Nullable WatchKey key = service.poll(limit.toNanos(), TimeUnit.NANOSECONDS);
    if (key == null) {
      return false;
    }
    while (key != null) {
      key.pollEvents();
      key.reset();
      key = service.poll();
    }
    return true;
  }

  @Override
  public void close() throws IOException {
    service.close();
  }
}
