package io.pointsman.e2e.echo;

import static org.assertj.core.api.Assertions.assertThat;

import io.pointsman.e2e.echo.Outcome.Answered;
import io.pointsman.e2e.echo.Question.Transport;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Server and client of the image, on the loopback address. */
@Timeout(30)
class EchoTest {
  @ParameterizedTest
  @EnumSource(Transport.class)
  void theClientHearsWhoAnsweredAndHowItLooked(Transport transport) throws Exception {
    try (EchoServer server = EchoServer.start("a1", List.of(0))) {
      int port = server.ports().getFirst();
      Question question = new Question(transport, "127.0.0.1", port, 3, 0);
      assertThat(said("ask", question.arguments()))
          .containsExactly(
              "a1:" + port + " from 127.0.0.1",
              "a1:" + port + " from 127.0.0.1",
              "a1:" + port + " from 127.0.0.1");
      assertThat(EchoClient.ask(new Question(transport, "127.0.0.1", port, 1, 0)))
          .containsExactly(new Answered("a1", port, "127.0.0.1"));
    }
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void whereNobodyListensItIsRefused(Transport transport) throws Exception {
    int port;
    try (EchoServer server = EchoServer.start("gone", List.of(0))) {
      port = server.ports().getFirst();
    }
    assertThat(EchoClient.ask(new Question(transport, "::1", port, 1, 0)))
        .containsExactly(new Outcome.Failed("refused"));
  }

  @Test
  void anOutcomeIsReadAsItIsWritten() {
    for (Outcome outcome :
        List.of(
            new Answered("b2", 8080, "fd00:0:0:0:0:0:0:11"),
            new Answered("a1", 9090, "10.0.0.1"),
            new Outcome.Failed("timeout"))) {
      assertThat(Outcome.parse(outcome.toString())).isEqualTo(outcome);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "ask tcp 10.0.0.1 80", "ask tcp 10.0.0.1 0 1 0", "serve", "sing"})
  void wrongArgumentsAreAnsweredWithWhatIsRight(String line) throws Exception {
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    PrintStream err = new PrintStream(said, true, StandardCharsets.UTF_8);
    assertThat(Echo.run(List.of(line.split(" ", -1)), System.out, err)).isEqualTo(2);
    assertThat(said.toString(StandardCharsets.UTF_8)).isNotBlank();
  }

  private static List<String> said(String verb, List<String> arguments) throws Exception {
    List<String> words = new ArrayList<>(List.of(verb));
    words.addAll(arguments);
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(said, true, StandardCharsets.UTF_8);
    assertThat(Echo.run(words, out, System.err)).isZero();
    return said.toString(StandardCharsets.UTF_8).lines().toList();
  }
}
