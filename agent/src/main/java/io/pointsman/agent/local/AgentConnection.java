package io.pointsman.agent.local;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.pointsman.file.FileProblem;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Map;

/** Asks the agent that listens on a Unix socket. */
public final class AgentConnection {
  private static final int LONGEST_ANSWER = 256 << 20;
  private static final int LONGEST_FIRST_LINE = 64 * 1024;

  private AgentConnection() {}

  /** The agent answered that it will not or cannot say. */
  public static final class Refused extends Exception {
    private static final long serialVersionUID = 1;

    Refused(String reason) {
      super(reason);
    }
  }

  /** The agent answers, but what it says cannot be kept. */
  public static final class Unwritable extends IOException {
    private static final long serialVersionUID = 1;

    Unwritable(IOException reason) {
      super(FileProblem.of(reason).toString(), reason);
    }
  }

  /** True when somebody listens there. */
  static boolean isAnswered(Path socket) {
    try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
      return channel.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Asks one question.
   *
   * @param question its name
   * @param arguments anything that reads as a JSON object
   * @param type of the answer
   * @throws IOException when no agent can be reached
   * @throws Refused when the agent gives no answer; the message says why
   */
  public static <T> T ask(Path socket, String question, Object arguments, Class<T> type)
      throws IOException, Refused {
    try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
      say(channel, question, arguments);
      JsonNode reply =
          Lines.read(new BufferedInputStream(Channels.newInputStream(channel)), LONGEST_ANSWER);
      refuse(reply);
      return answer(socket, reply.path("answer"), type);
    }
  }

  /**
   * Asks one question whose answer is long.
   *
   * @param to takes the answer while the agent makes it
   * @throws Unwritable when {@code to} fails
   * @throws IOException when no agent can be reached, or the answer was cut off
   * @throws Refused when the agent gives no answer; the message says why
   */
  public static void stream(Path socket, String question, OutputStream to)
      throws IOException, Refused {
    try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
      say(channel, question, Map.of());
      var in = new DataInputStream(new BufferedInputStream(Channels.newInputStream(channel)));
      refuse(Lines.read(in, LONGEST_FIRST_LINE));
      Chunks.copy(in, to);
    } catch (EOFException e) {
      throw new IOException("the agent stopped before the end; see its log", e);
    }
  }

  private static void say(SocketChannel channel, String question, Object arguments)
      throws IOException {
    JsonNode request =
        JsonNodeFactory.instance
            .objectNode()
            .put("question", question)
            .set("arguments", Lines.JSON.valueToTree(arguments));
    Lines.write(new BufferedOutputStream(Channels.newOutputStream(channel)), request);
  }

  private static void refuse(JsonNode reply) throws Refused {
    if (reply.has("error")) {
      throw new Refused(reply.path("error").asText());
    }
  }

  private static <T> T answer(Path socket, JsonNode answer, Class<T> type) throws Refused {
    try {
      return Lines.JSON.treeToValue(answer, type);
    } catch (JsonProcessingException e) {
      throw new Refused(
          "the agent on "
              + socket
              + " is of another version: ask with the program that it was started with ("
              + e.getOriginalMessage()
              + ")");
    }
  }

  /** The object as JSON in one line. */
  public static String line(Object object) {
    return Lines.JSON.valueToTree(object).toString();
  }

  /** The object as JSON, for people and programs. */
  public static String json(Object object) throws IOException {
    return Lines.JSON.writerWithDefaultPrettyPrinter().writeValueAsString(object);
  }

  /** An answerer for questions that read as an object of one type. */
  public static <Q> AgentSocket.Answerer answerer(Class<Q> type, Typed<Q> typed) {
    return question -> Lines.JSON.valueToTree(typed.answer(Lines.JSON.treeToValue(question, type)));
  }

  /** Answers a typed question. */
  @FunctionalInterface
  public interface Typed<Q> {
    /** Any object that reads as JSON. */
    Object answer(Q question) throws Exception;
  }
}
