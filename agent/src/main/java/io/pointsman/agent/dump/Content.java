package io.pointsman.agent.dump;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;

/** What is in a member of an archive. */
@FunctionalInterface
public interface Content {
  /** Writes all of it, the same bytes each time. */
  void writeTo(OutputStream out) throws IOException;

  /** A text, in UTF-8. */
  static Content text(String text) {
    return written(out -> out.write(text));
  }

  /** A text that is not held as a whole, in UTF-8. */
  static Content written(Text text) {
    return out -> {
      Writer writer = new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8));
      text.writeTo(writer);
      writer.flush();
    };
  }

  /** A text that comes bit by bit. */
  @FunctionalInterface
  interface Text {
    /** Writes all of it, the same each time. */
    void writeTo(Writer out) throws IOException;
  }
}
