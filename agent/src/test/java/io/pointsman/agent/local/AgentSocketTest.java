package io.pointsman.agent.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pointsman.agent.explain.Answer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AgentSocketTest {
  record Sum(int a, int b) {}

  record Total(int sum) {}

  @TempDir private Path folder;

  private AgentSocket open() throws IOException {
    return AgentSocket.open(
        folder.resolve("agent.sock"),
        Map.of(
            "sum",
            AgentConnection.answerer(
                Sum.class,
                question -> {
                  if (question.a() < 0) {
                    throw new IllegalArgumentException("a is negative");
                  }
                  return new Total(question.a() + question.b());
                })));
  }

  private Path socket() {
    return folder.resolve("agent.sock");
  }

  @Test
  void aQuestionIsAnswered() throws Exception {
    try (AgentSocket _ = open()) {
      assertThat(AgentConnection.ask(socket(), "sum", new Sum(2, 3), Total.class))
          .isEqualTo(new Total(5));
      assertThat(Files.getPosixFilePermissions(socket()))
          .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }
    assertThat(socket()).doesNotExist();
  }

  @Test
  void anExplanationArrivesAsItWasGiven() throws Exception {
    Answer.Endpoint endpoint = new Answer.Endpoint("10.0.0.1:80", "", true, "ready");
    Answer whole =
        new Answer(
            "packet",
            "nftables",
            "planned",
            Optional.of(
                new Answer.OfService(
                    "a/b", "cluster IP", "Local", 0, List.of(), List.of(endpoint))),
            List.of(),
            List.of(new Answer.Outcome(1, "dropped", List.of())),
            List.of("look"));
    Answer bare =
        new Answer(
            "packet", "iptables", "kernel", Optional.empty(), List.of(), List.of(), List.of());
    Map<String, AgentSocket.Answerer> answers =
        Map.of(
            "whole", AgentConnection.answerer(Sum.class, question -> whole),
            "bare", AgentConnection.answerer(Sum.class, question -> bare),
            "other", AgentConnection.answerer(Sum.class, question -> List.of(1)));
    try (AgentSocket _ = AgentSocket.open(socket(), answers)) {
      assertThat(AgentConnection.ask(socket(), "whole", new Sum(0, 0), Answer.class))
          .isEqualTo(whole);
      assertThat(AgentConnection.ask(socket(), "bare", new Sum(0, 0), Answer.class))
          .isEqualTo(bare);
      assertThatThrownBy(() -> AgentConnection.ask(socket(), "other", new Sum(0, 0), Answer.class))
          .isInstanceOf(AgentConnection.Refused.class)
          .hasMessageContaining("is of another version");
    }
  }

  @Test
  void whyThereIsNoAnswerIsTold() throws Exception {
    try (AgentSocket _ = open()) {
      assertThatThrownBy(() -> AgentConnection.ask(socket(), "sum", new Sum(-2, 3), Total.class))
          .isInstanceOf(AgentConnection.Refused.class)
          .hasMessage("a is negative");
      assertThatThrownBy(() -> AgentConnection.ask(socket(), "why", new Sum(2, 3), Total.class))
          .isInstanceOf(AgentConnection.Refused.class)
          .hasMessageContaining("knows no question 'why'");
    }
  }

  @Test
  void rubbishDoesNotHurtTheNextQuestion() throws Exception {
    try (AgentSocket _ = open()) {
      send("this is no JSON\n");
      send("[]\n");
      send("{\"question\":\"" + "x".repeat(100_000));
      send("");
      assertThat(AgentConnection.ask(socket(), "sum", new Sum(2, 3), Total.class))
          .isEqualTo(new Total(5));
    }
  }

  /** Sends and waits until the agent has hung up. */
  private void send(String text) throws IOException {
    try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket()))) {
      try {
        OutputStream out = Channels.newOutputStream(channel);
        out.write(text.getBytes(StandardCharsets.UTF_8));
        channel.shutdownOutput();
        while (channel.read(ByteBuffer.allocate(1024)) >= 0) {
          // An error message, or the end.
        }
      } catch (IOException hungUpEarly) {
        assertThat(text).hasSizeGreaterThan(64 * 1024);
      }
    }
  }

  @Test
  void aDeadAgentsSocketIsReplacedAndALivingOnesKept() throws Exception {
    try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      dead.bind(UnixDomainSocketAddress.of(socket()));
    }
    try (AgentSocket _ = open()) {
      assertThatThrownBy(this::open)
          .isInstanceOf(IOException.class)
          .hasMessage("another agent answers on " + socket());
      assertThat(AgentConnection.ask(socket(), "sum", new Sum(1, 1), Total.class))
          .isEqualTo(new Total(2));
    }
  }
}
