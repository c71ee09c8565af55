package io.pointsman.kubernetes;

import io.pointsman.file.FileProblem;
import io.pointsman.kubernetes.Troubles.Trouble;
import io.pointsman.snapshot.ClusterEvent;
import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Follows manifest files: a file, or a folder and everything below.
 *
 * <p>After a change it waits until the files have been quiet for a moment, reads everything and
 * delivers the differences in one piece. While something cannot be read, the last good state stays;
 * the trouble is told when it has lasted, since a file may be seen half written.
 *
 * <p>Changes are seen through inotify. What it cannot show, such as a change behind a symbolic link
 * or on a network file system, is found by looking at sizes and times every so often.
 */
public final class ManifestSource implements ClusterSource {
  private static final String PART = "manifests";

  private final Path root;
  private final String nodeName;
  private final Timing timing;
  private Optional<Thread> thread = Optional.empty();

  /**
   * How long to wait for what.
   *
   * @param quiet files must have been left alone for this long before they are read
   * @param longest unless they have been changing for this long
   * @param patience an error that lasts shorter is not told
   * @param rescan how often to look at sizes and times
   */
  record Timing(Duration quiet, Duration longest, Duration patience, Duration rescan) {
    static final Timing USUAL =
        new Timing(
            Duration.ofMillis(20),
            Duration.ofMillis(200),
            Duration.ofMillis(200),
            Duration.ofSeconds(5));
  }

  /**
   * Prepares the source; nothing is read before {@link #start}.
   *
   * @param root a file or folder; it may come into being later
   * @param nodeName the only Node whose manifest counts
   */
  public ManifestSource(Path root, String nodeName) {
    this(root, nodeName, Timing.USUAL);
  }

  ManifestSource(Path root, String nodeName, Timing timing) {
    this.root = root;
    this.nodeName = nodeName;
    this.timing = timing;
  }

  @Override
  public synchronized void start(Listener listener) {
    if (thread.isPresent()) {
      throw new IllegalStateException("the source has already been started");
    }
    // A platform thread: virtual ones share few carriers, which reading files would block.
    thread =
        Optional.of(
            Thread.ofPlatform()
                .name("manifests")
                .daemon()
                .start(() -> new Follower(listener).run()));
  }

  @Override
  public synchronized void close() {
    thread.ifPresent(Thread::interrupt);
  }

  /** State of the one thread that reads. */
  private final class Follower {
    private final Listener listener;
    private final Troubles troubles;
    private Manifests delivered = Manifests.EMPTY;
    private Optional<ManifestFiles> files = Optional.empty();
    private Optional<Long> failingSince = Optional.empty();
    private boolean synced;
    private String told = "";

    Follower(Listener listener) {
      this.listener = listener;
      this.troubles = new Troubles(listener);
    }

    void run() {
      try (FolderWatch watch = FolderWatch.open()) {
        while (!Thread.currentThread().isInterrupted()) {
          read(watch);
          awaitChange(watch);
        }
      } catch (InterruptedException | ClosedWatchServiceException closed) {
        Thread.currentThread().interrupt();
      } catch (IOException impossible) {
        listener.failing(
            "cannot watch "
                + root
                + " ("
                + FileProblem.of(impossible).reason()
                + "); raise fs.inotify.max_user_instances");
      }
    }

    private void read(FolderWatch watch) {
      try {
        ManifestFiles found = watched(watch);
        files = Optional.of(found);
        deliver(ManifestReader.read(found));
        failingSince = Optional.empty();
        told = "";
        troubles.over(PART);
      } catch (NoSuchFileException absent) {
        files = Optional.empty();
        failed(root + ": does not exist: create it or name another file or folder");
      } catch (IOException unreadable) {
        failed(root + ": cannot be read: " + FileProblem.of(unreadable));
      } catch (ManifestException bad) {
        failed(String.valueOf(bad.getMessage()));
      }
    }

    /** Watches first and lists again, so that no file can slip between the two. */
    private ManifestFiles watched(FolderWatch watch) throws IOException {
      ManifestFiles found = ManifestFiles.find(root);
      while (watch.follow(found.folders())) {
        found = ManifestFiles.find(root);
      }
      return found;
    }

    private void deliver(Manifests read) {
      List<ClusterEvent> events = read.since(delivered, nodeName);
      delivered = read;
      if (!events.isEmpty()) {
        listener.events(events);
      }
      if (!synced) {
        synced = true;
        listener.synced();
      }
    }

    private void failed(String message) {
      long now = System.nanoTime();
      long since = failingSince.orElse(now);
      failingSince = Optional.of(since);
      if (now - since >= timing.patience().toNanos() && !message.equals(told)) {
        told = message;
        troubles.failing(PART, new Trouble(message, message));
      }
    }

    /** Returns when files have changed, or when it is time to try again. */
    private void awaitChange(FolderWatch watch) throws InterruptedException {
      boolean untold = failingSince.isPresent() && told.isEmpty();
      Duration limit = untold || files.isEmpty() ? timing.patience() : timing.rescan();
      while (!watch.changed(limit)) {
        if (failingSince.isPresent() || stampsDiffer()) {
          return;
        }
      }
      long end = System.nanoTime() + timing.longest().toNanos();
      while (System.nanoTime() < end && watch.changed(timing.quiet())) {
        // Still being written.
      }
    }

    private boolean stampsDiffer() {
      try {
        return !Optional.of(ManifestFiles.find(root)).equals(files);
      } catch (IOException unreadable) {
        return true;
      }
    }
  }
}
