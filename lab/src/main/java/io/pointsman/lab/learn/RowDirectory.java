package io.pointsman.lab.learn;

import io.pointsman.lab.LabException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.stream.Stream;

/**
 * A directory that lasts as long as this object. One whose process was killed is removed by the
 * next that is made: each is locked while its process lives.
 */
final class RowDirectory implements AutoCloseable {
  private static final String LOCK = "lock";

  private final Path path;
  private final FileChannel lock;

  private RowDirectory(Path path, FileChannel lock) {
    this.path = path;
    this.lock = lock;
  }

  /** A new one in the directory for temporary files. */
  static RowDirectory create() throws IOException {
    Path parent = Path.of(System.getProperty("java.io.tmpdir"));
    return create(parent);
  }

  static RowDirectory create(Path parent) throws IOException {
    String own = "pointsman-row-" + ProcessHandle.current().pid() + "-";
    removeAbandoned(parent, own);
    // It gets its name when it is locked: before that nobody takes it for an abandoned one.
    Path fresh = Files.createTempDirectory(parent, "pointsman-new-");
    FileChannel lock =
        FileChannel.open(
            fresh.resolve(LOCK), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    lock.lock();
    Path named = parent.resolve(own + fresh.getFileName().toString().replaceAll("\\D", ""));
    return new RowDirectory(Files.move(fresh, named), lock);
  }

  /** Without those of this process: to look at a lock of one's own is to lose it (fcntl(2)). */
  private static void removeAbandoned(Path parent, String own) throws IOException {
    List<Path> others;
    try (Stream<Path> all = Files.list(parent)) {
      others =
          all.filter(one -> one.getFileName().toString().startsWith("pointsman-row-"))
              .filter(one -> !one.getFileName().toString().startsWith(own))
              .toList();
    }
    for (Path other : others) {
      try (FileChannel channel = FileChannel.open(other.resolve(LOCK), StandardOpenOption.WRITE);
          FileLock free = channel.tryLock()) {
        if (free != null) {
          remove(other);
        }
      } catch (IOException notOurs) {
        // Another user's, or another process removes it at the same time.
      }
    }
  }

  Path path() {
    return path;
  }

  @Override
  public void close() {
    try {
      remove(path);
      lock.close();
    } catch (IOException stays) {
      throw new LabException(path + " cannot be removed: " + stays, stays);
    }
  }

  private static void remove(Path tree) throws IOException {
    Files.walkFileTree(
        tree,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path directory, IOException failed)
              throws IOException {
            Files.delete(directory);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
