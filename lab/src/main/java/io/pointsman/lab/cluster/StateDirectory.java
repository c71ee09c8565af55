package io.pointsman.lab.cluster;

import io.pointsman.lab.LabException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The directory of a lab, root's alone. Whoever holds the lock of the file in it owns the lab; the
 * kernel takes the lock back when that process dies, however it dies.
 */
final class StateDirectory {
  /** Where the directories of all labs are. */
  static final Path ROOT = Path.of("/run/pointsman-lab");

  private static final String LOCK = "lock";

  private final Path path;

  private StateDirectory(Path path) {
    this.path = path;
  }

  static StateDirectory of(Path root, String name) {
    return new StateDirectory(root.resolve(name));
  }

  static StateDirectory at(Path path) {
    return new StateDirectory(path);
  }

  Path path() {
    return path;
  }

  /** The file whose first lines the owner reads at its start. */
  Path file() {
    return path.resolve("cluster.yaml");
  }

  Path log() {
    return path.resolve("log");
  }

  Path socket() {
    return path.resolve("socket");
  }

  Path kubeconfig() {
    return path.resolve("kubeconfig");
  }

  boolean exists() {
    return Files.exists(path);
  }

  /** An owned directory. Closing it lets another own it. */
  final class Owned implements AutoCloseable {
    private final FileChannel channel;

    Owned(FileChannel channel) {
      this.channel = channel;
    }

    /** Deletes everything in it but the lock. */
    void clean() throws IOException {
      delete(path, false);
    }

    /** Deletes it with all in it. */
    void remove() throws IOException {
      delete(path, true);
    }

    @Override
    public void close() {
      try {
        channel.close();
      } catch (IOException e) {
        // The lock goes with the descriptor all the same.
      }
    }
  }

  /**
   * Becomes its owner; makes the directory if it is not there.
   *
   * @return empty when another process owns it
   * @throws LabException when it cannot be made
   */
  Optional<Owned> own() {
    try {
      while (true) {
        Files.createDirectories(
            path,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        FileChannel channel =
            FileChannel.open(
                path.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (!locked(channel)) {
          channel.close();
          return Optional.empty();
        }
        // Who owned it before may have deleted it between the two calls.
        if (Files.exists(path.resolve(LOCK))) {
          return Optional.of(new Owned(channel));
        }
        channel.close();
      }
    } catch (IOException refused) {
      throw new LabException(
          "the lab's directory " + path + " cannot be used: " + refused + "; are you root?",
          refused);
    }
  }

  private static boolean locked(FileChannel channel) throws IOException {
    try {
      @Nullable FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException ours) {
      return false;
    }
  }

  private static void delete(Path directory, boolean all) throws IOException {
    Files.walkFileTree(
        directory,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            if (all || !file.equals(directory.resolve(LOCK))) {
              Files.deleteIfExists(file);
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path done, @Nullable IOException failed)
              throws IOException {
            if (failed != null) {
              throw failed;
            }
            if (all || !done.equals(directory)) {
              Files.deleteIfExists(done);
            }
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
