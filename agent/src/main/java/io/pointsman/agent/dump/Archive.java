package io.pointsman.agent.dump;

import io.pointsman.dataplane.DataplaneException;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * An archive.
 *
 * @param parts in the order in which they are written
 */
public record Archive(List<Part> parts) {
  /** The member that says which parts could not be made, and why. */
  public static final String PROBLEMS = "problems.txt";

  public Archive {
    parts = List.copyOf(parts);
  }

  /**
   * A member.
   *
   * @param name of the file
   * @param maker asked once, right before the member is written
   */
  public record Part(String name, Maker maker) {}

  /** Makes a content. */
  @FunctionalInterface
  public interface Maker {
    /**
     * The content; unlike its making, writing it does not fail.
     *
     * @throws DataplaneException when the kernel does not tell
     */
    Content make() throws DataplaneException;
  }

  /**
   * Writes it as a tar.
   *
   * @param time of all members
   * @throws IOException when nobody reads any more
   */
  public void writeTo(OutputStream out, Instant time) throws IOException {
    TarWriter tar = new TarWriter(out, time);
    List<String> problems = new ArrayList<>();
    for (Part part : parts) {
      Content content;
      try {
        content = part.maker().make();
      } catch (DataplaneException | RuntimeException e) {
        problems.add(part.name() + ": " + e.getMessage() + "\n");
        continue;
      }
      tar.add(part.name(), content);
    }
    if (!problems.isEmpty()) {
      tar.add(PROBLEMS, Content.text(String.join("", problems)));
    }
    tar.end();
  }
}
