package io.pointsman.agent.config;

import io.pointsman.file.FileProblem;
import io.pointsman.kubernetes.FolderWatch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices that the file of the configuration reads otherwise: written, replaced, or, as the kubelet
 * does with a ConfigMap, reached by a symbolic link that now leads elsewhere.
 */
public final class ConfigurationWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ConfigurationWatch.class);

  /** Should a message of the kernel be lost. */
  private static final Duration LOOK_ANYWAY = Duration.ofMinutes(1);

  /** What to do about a change. */
  @FunctionalInterface
  public interface Listener {
    /** The file now says this; it is valid. */
    void changed(Configuration before, ConfigurationSource.Loaded after);
  }

  private final Path file;
  private final ConfigurationSource source;
  private final Listener listener;
  private final FolderWatch folders;
  private Configuration current;

  /** As it was read last; empty before. */
  private byte[] content = {};

  private ConfigurationWatch(
      Path file,
      ConfigurationSource source,
      Configuration current,
      FolderWatch folders,
      Listener listener) {
    this.file = file;
    this.source = source;
    this.current = current;
    this.folders = folders;
    this.listener = listener;
  }

  /**
   * Watches from now on, on a thread of its own.
   *
   * @param file of {@code source}
   * @param current as it was loaded
   * @throws IOException when the folder cannot be watched
   */
  public static ConfigurationWatch start(
      Path file, ConfigurationSource source, Configuration current, Listener listener)
      throws IOException {
    FolderWatch folders = FolderWatch.open();
    folders.follow(places(file));
    ConfigurationWatch watch = new ConfigurationWatch(file, source, current, folders, listener);
    Thread.ofPlatform().daemon().name("configuration").start(watch::run);
    return watch;
  }

  /** The folder of the file, and that to which links lead. */
  private static Set<Path> places(Path file) throws IOException {
    Set<Path> places = new LinkedHashSet<>();
    places.add(file.toAbsolutePath().getParent());
    if (Files.exists(file)) {
      places.add(file.toRealPath().getParent());
    }
    return places;
  }

  private void run() {
    try {
      while (true) {
        look();
        folders.follow(places(file));
        folders.changed(LOOK_ANYWAY);
      }
    } catch (InterruptedException | java.nio.file.ClosedWatchServiceException ended) {
      // Closed: nobody asks any more.
    } catch (IOException e) {
      LOG.warn(
          "{} is watched no more ({}): restart the proxy after changes of it",
          file,
          FileProblem.of(e));
    }
  }

  private void look() {
    try {
      byte[] now = Files.readAllBytes(file);
      if (java.util.Arrays.equals(now, content)) {
        return;
      }
      content = now;
      ConfigurationSource.Loaded loaded = source.load();
      if (!loaded.configuration().equals(current)) {
        Configuration before = current;
        current = loaded.configuration();
        listener.changed(before, loaded);
      }
    } catch (InvalidConfigurationException e) {
      LOG.error(
          "{} has changed and cannot be used; the proxy goes on as before: {}",
          file,
          e.getMessage());
    } catch (IOException gone) {
      LOG.warn(
          "{} cannot be read, and the proxy goes on as before: {}", file, FileProblem.of(gone));
    }
  }

  @Override
  public void close() throws IOException {
    folders.close();
  }
}
