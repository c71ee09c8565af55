package io.pointsman.agent;

import io.pointsman.agent.local.AgentConnection;
import io.pointsman.file.FileProblem;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The options of commands that ask the running agent. */
final class AgentAccess {
  /** Where an agent listens unless it is told otherwise. */
  static final String DEFAULT_SOCKET = "/run/pointsman/agent.sock";

  @Option(
      names = "--agent-socket",
      paramLabel = "PATH",
      defaultValue = DEFAULT_SOCKET,
      description = "Where the agent listens (default: ${DEFAULT-VALUE}).")
  Path socket = Path.of(DEFAULT_SOCKET);

  /** True when there is something to ask, dead or alive. */
  boolean isThere() {
    return Files.exists(socket);
  }

  /**
   * The agent's answer.
   *
   * @throws UsageException when there is none; the message says why and what to do
   */
  <T> T ask(String question, Object arguments, Class<T> type) {
    if (!isThere()) {
      throw new UsageException(
          "no agent listens on "
              + socket
              + "; start one, name its socket with --agent-socket, or plan from manifests with -f");
    }
    try {
      return AgentConnection.ask(socket, question, arguments, type);
    } catch (AgentConnection.Refused e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    } catch (IOException e) {
      throw silent(e);
    }
  }

  /**
   * The agent's answer, written while it is made.
   *
   * @throws UsageException when there is none, or not all of it; the message says why
   */
  void stream(String question, OutputStream to) {
    if (!isThere()) {
      throw new UsageException(
          "no agent listens on " + socket + "; start one, or name its socket with --agent-socket");
    }
    try {
      AgentConnection.stream(socket, question, to);
    } catch (AgentConnection.Refused e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    } catch (AgentConnection.Unwritable e) {
      throw new UsageException("the answer cannot be written: " + e.getMessage());
    } catch (IOException e) {
      throw silent(e);
    }
  }

  private UsageException silent(IOException reason) {
    return new UsageException(
        "no agent answers on "
            + socket
            + " ("
            + FileProblem.of(reason).reason()
            + "); is it running, are you root?");
  }
}
