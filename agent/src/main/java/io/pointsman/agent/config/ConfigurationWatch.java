package io.pointsman.agent.config;

import io.pointsman.file.FileProblem;
import io.pointsman.kubernetes.FileWatch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Notices that the configuration is another, as its file reads otherwise. */
public final class ConfigurationWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ConfigurationWatch.class);

  /** What to do about a change. */
  @FunctionalInterface
  public interface Listener {
    /** The file now says this; it is valid. */
    void changed(Configuration before, ConfigurationSource.Loaded after);
  }

  private final FileWatch watch;

  private ConfigurationWatch(FileWatch watch) {
    this.watch = watch;
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
    return new ConfigurationWatch(
        FileWatch.start(
            "configuration", List.of(file), new Following(file, source, current, listener)));
  }

  /** On the thread that watches. */
  private static final class Following implements FileWatch.Listener {
    private final Path file;
    private final ConfigurationSource source;
    private final Listener listener;
    private Configuration current;

    Following(Path file, ConfigurationSource source, Configuration current, Listener listener) {
      this.file = file;
      this.source = source;
      this.current = current;
      this.listener = listener;
    }

    @Override
    public void changed() {
      try {
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
      }
    }

    @Override
    public void unreadable(IOException gone) {
      LOG.warn(
          "{} cannot be read, and the proxy goes on as before: {}", file, FileProblem.of(gone));
    }
  }

  @Override
  public void close() throws IOException {
    watch.close();
  }
}
