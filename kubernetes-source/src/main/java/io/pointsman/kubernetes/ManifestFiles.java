package io.pointsman.kubernetes;

import java.io.IOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.EnumSet;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The manifest files at a moment.
 *
 * @param root the file or folder that was named
 * @param folders folders whose entries matter, the root or the root's parent among them
 * @param stamps the files, each with what tells whether it has changed
 */
record ManifestFiles(Path root, SortedSet<Path> folders, SortedMap<Path, Stamp> stamps) {
  /** Size in bytes and time of the last change. */
  record Stamp(long size, FileTime changed) {}

  /**
   * Looks for files named *.yaml, *.yml or *.json in a folder and below, or takes the one file.
   *
   * <p>Symbolic links are followed. Names that begin with a dot are passed over: editors keep swap
   * files so, and the kubelet the versions of a mounted ConfigMap ({@code ..data}).
   *
   * @throws IOException when the root cannot be read
   */
  static ManifestFiles find(Path root) throws IOException {
    SortedSet<Path> folders = new TreeSet<>();
    SortedMap<Path, Stamp> stamps = new TreeMap<>();
    BasicFileAttributes attributes = Files.readAttributes(root, BasicFileAttributes.class);
    if (attributes.isDirectory()) {
      Files.walkFileTree(
          root,
          EnumSet.of(FileVisitOption.FOLLOW_LINKS),
          Integer.MAX_VALUE,
          new Finder(root, folders, stamps));
    } else {
      folders.add(folderOf(root));
      stamps.put(root, stamp(attributes));
    }
    return new ManifestFiles(root, folders, stamps);
  }

  /** The folder that a file stands in. */
  static Path folderOf(Path file) {
    Path parent = file.toAbsolutePath().getParent();
    return parent == null ? file.toAbsolutePath() : parent;
  }

  /** What error messages call a file: its path below the root folder. */
  String label(Path file) {
    String below = root.relativize(file).toString();
    return below.isEmpty() ? String.valueOf(file.getFileName()) : below;
  }

  private static Stamp stamp(BasicFileAttributes attributes) {
    return new Stamp(attributes.size(), attributes.lastModifiedTime());
  }

  private static final class Finder extends SimpleFileVisitor<Path> {
    private static final Set<String> ENDINGS = Set.of("yaml", "yml", "json");

    private final Path root;
    private final SortedSet<Path> folders;
    private final SortedMap<Path, Stamp> stamps;

    Finder(Path root, SortedSet<Path> folders, SortedMap<Path, Stamp> stamps) {
      this.root = root;
      this.folders = folders;
      this.stamps = stamps;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
      if (!folder.equals(root) && hidden(folder)) {
        return FileVisitResult.SKIP_SUBTREE;
      }
      folders.add(folder);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      String name = String.valueOf(file.getFileName());
      boolean manifest = ENDINGS.contains(name.substring(name.lastIndexOf('.') + 1));
      if (manifest && !hidden(file) && attributes.isRegularFile()) {
        stamps.put(file, stamp(attributes));
      }
      return FileVisitResult.CONTINUE;
    }

    /** An entry that vanished since its folder was read, or a folder that contains itself. */
    @Override
    public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
      boolean passing =
          failure instanceof java.nio.file.NoSuchFileException
              || failure instanceof FileSystemLoopException;
      if (!passing || file.equals(root)) {
        throw failure;
      }
      return FileVisitResult.CONTINUE;
    }

    private static boolean hidden(Path path) {
      return String.valueOf(path.getFileName()).startsWith(".");
    }
  }
}
