package io.pointsman.agent.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** One line of JSON in each direction. */
final class Lines {
  static final ObjectMapper JSON = JsonMapper.builder().addModule(new Jdk8Module()).build();

  private Lines() {}

  static void write(OutputStream out, JsonNode message) throws IOException {
    out.write(JSON.writeValueAsBytes(message));
    out.write('\n');
    out.flush();
  }

  /**
   * Reads up to the end of the line or of the stream.
   *
   * @param limit in bytes
   * @throws IOException when the line is longer, no UTF-8, or no JSON object
   */
  static JsonNode read(InputStream in, int limit) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
      if (line.size() == limit) {
        throw new IOException("the message is longer than " + limit + " bytes");
      }
      line.write(next);
    }
    JsonNode message = JSON.readTree(text(line.toByteArray()));
    if (message == null || !message.isObject()) {
      throw new IOException("the message is no JSON object");
    }
    return message;
  }

  /** Jackson by itself makes half characters of some malformed names. */
  private static String text(byte[] line) throws IOException {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(line)).toString();
    } catch (CharacterCodingException malformed) {
      throw new IOException("the message is not UTF-8", malformed);
    }
  }
}
