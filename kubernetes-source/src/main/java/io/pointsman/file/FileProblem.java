package io.pointsman.file;

import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Why a file cannot be read or written. The JDK tells most reasons by the class of its exceptions,
 * whose messages hold no more than the path.
 *
 * @param reason in a few words, such as {@code no such file}; without the path
 * @param advice what to do; may be empty
 */
public record FileProblem(String reason, String advice) {
  private static final String CHECK_PATH = "check the path";

  /** What the exception means. */
  public static FileProblem of(IOException failure) {
    return switch (failure) {
      case NoSuchFileException missing -> new FileProblem("no such file or folder", CHECK_PATH);
      case AccessDeniedException denied -> denied();
      case FileAlreadyExistsException taken ->
          new FileProblem("it is there already", "remove it or name another");
      case NotDirectoryException file -> new FileProblem("it is no folder", CHECK_PATH);
      case DirectoryNotEmptyException full ->
          new FileProblem("it is a folder that is not empty", "name a file");
      case FileSystemLoopException loop -> circle();
      case FileSystemException other -> said(other.getReason(), other);
      // Of java.io: the path, and the reason in brackets.
      case FileNotFoundException missing -> said(inBrackets(missing.getMessage()), missing);
      case CharacterCodingException binary ->
          new FileProblem("it is not UTF-8 text", "save it as UTF-8");
      case EOFException cut -> new FileProblem("it ends too early", "");
      default -> said(failure.getMessage(), failure);
    };
  }

  /** By the words of strerror(3), which JDK and JNA pass on. */
  private static FileProblem said(@Nullable String words, IOException failure) {
    if (words == null || words.isBlank()) {
      return new FileProblem(failure.getClass().getSimpleName(), "");
    }
    String text = words.strip();
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "no such file or directory" -> new FileProblem("no such file or folder", CHECK_PATH);
      case "permission denied", "operation not permitted" -> denied();
      case "is a directory" -> new FileProblem("it is a folder", "name a file");
      case "not a directory" -> new FileProblem("a part of the path is no folder", CHECK_PATH);
      case "no space left on device", "disk quota exceeded" ->
          new FileProblem("no space left", "make room, or name another place");
      case "read-only file system" ->
          new FileProblem("the file system is read-only", "name another place");
      case "too many levels of symbolic links",
          "too many levels of symbolic links or unable to access attributes of symbolic link" ->
          circle();
      case "file name too long" -> new FileProblem("the name is too long", "choose a shorter one");
      default -> new FileProblem(text, "");
    };
  }

  private static FileProblem denied() {
    return new FileProblem(
        "permission denied",
        "check owner and mode of it and of the folders above, and who runs this");
  }

  private static FileProblem circle() {
    return new FileProblem("its symbolic links lead in a circle", "repair them");
  }

  private static @Nullable String inBrackets(@Nullable String message) {
    return message != null && message.endsWith(")")
        ? message.substring(message.lastIndexOf('(') + 1, message.length() - 1)
        : message;
  }

  /** {@code REASON; ADVICE}. */
  @Override
  public String toString() {
    return advice.isEmpty() ? reason : reason + "; " + advice;
  }
}
