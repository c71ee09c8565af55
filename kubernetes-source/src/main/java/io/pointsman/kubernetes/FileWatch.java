package io.pointsman.kubernetes;

import io.pointsman.file.FileProblem;
import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices that files read otherwise: written, replaced, or, as the kubelet does with ConfigMaps and
 * Secrets, reached by a symbolic link that now leads elsewhere.
 */
public final class FileWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(FileWatch.class);

  /** Should a message of the kernel be lost. */
  private static final Duration LOOK_ANYWAY = Duration.ofMinutes(1);

  /** What to do about a change. */
  public interface Listener {
    /** The files hold something else than before; called for what they hold at first as well. */
    void changed();

    /** One cannot be read; called for each attempt. */
    void unreadable(IOException reason);
  }

  private final List<Path> files;
  private final Listener listener;
  private final FolderWatch folders;

  /** As they were read last, one after the other; empty before. */
  private List<byte[]> contents = List.of();

  private FileWatch(List<Path> files, FolderWatch folders, Listener listener) {
    this.files = List.copyOf(files);
    this.folders = folders;
    this.listener = listener;
  }

  /**
   * Watches from now on.
   *
   * @param name of the thread that watches, and that calls the listener
   * @throws IOException when a folder cannot be watched
   */
  public static FileWatch start(String name, List<Path> files, Listener listener)
      throws IOException {
    FolderWatch folders = FolderWatch.open();
    FileWatch watch = new FileWatch(files, folders, listener);
    try {
      folders.follow(watch.places());
    } catch (IOException e) {
      folders.close();
      throw e;
    }
    Thread.ofPlatform().daemon().name(name).start(watch::run);
    return watch;
  }

  /** The folders of the files, and those to which links lead. */
  private Set<Path> places() throws IOException {
    Set<Path> places = new LinkedHashSet<>();
    for (Path file : files) {
      places.add(file.toAbsolutePath().getParent());
      if (Files.exists(file)) {
        places.add(file.toRealPath().getParent());
      }
    }
    return places;
  }

  private void run() {
    try {
      while (true) {
        follow();
        look();
        folders.changed(LOOK_ANYWAY);
      }
    } catch (InterruptedException | ClosedWatchServiceException ended) {
      // Closed: nobody asks any more.
    }
  }

  /** What cannot be watched, as it is being replaced, is looked at all the same. */
  private void follow() {
    try {
      folders.follow(places());
    } catch (IOException e) {
      LOG.warn(
          "The folders of {} cannot be watched ({}); looking again every {} s",
          files,
          FileProblem.of(e),
          LOOK_ANYWAY.toSeconds());
    }
  }

  private void look() {
    List<byte[]> now = new ArrayList<>();
    try {
      for (Path file : files) {
        now.add(Files.readAllBytes(file));
      }
    } catch (IOException e) {
      listener.unreadable(e);
      return;
    }
    if (!Arrays.deepEquals(now.toArray(), contents.toArray())) {
      contents = now;
      listener.changed();
    }
  }

  @Override
  public void close() throws IOException {
    folders.close();
  }
}
