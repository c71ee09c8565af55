package io.pointsman.lab.cluster;

import io.pointsman.agent.local.AgentConnection;
import io.pointsman.lab.LabException;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Asks the process that owns a lab. */
final class LabClient {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final StateDirectory state;
  private final String name;

  LabClient(StateDirectory state, String name) {
    this.state = state;
    this.name = name;
  }

  /**
   * Asks.
   *
   * @throws LabException when no lab of this name is up, or with what it answers
   */
  <T> T ask(String question, Object arguments, Class<T> type) {
    try {
      return AgentConnection.ask(state.socket(), question, arguments, type);
    } catch (AgentConnection.Refused refused) {
      throw new LabException(String.valueOf(refused.getMessage()), refused);
    } catch (IOException unreachable) {
      throw new LabException(
          "no lab '"
              + name
              + "' is up; 'pointsman-lab up FILE' starts one"
              + (state.exists()
                  ? " (its directory " + state.path() + " is left; 'down' removes it)"
                  : ""),
          unreachable);
    }
  }

  /**
   * Ends the lab, and removes what one that died has left.
   *
   * @return what was done
   */
  String down() {
    if (!state.exists()) {
      return "no lab '" + name + "' is up";
    }
    Optional<StateDirectory.Owned> left = state.own();
    if (left.isPresent()) {
      remove(left.get());
      return "removed what an earlier lab '" + name + "' had left in " + state.path();
    }
    Supervisor.Ending ending = ask("down", new Supervisor.Named(""), Supervisor.Ending.class);
    ProcessHandle.of(ending.pid()).ifPresent(this::awaitEnd);
    return "the lab '" + name + "' is down";
  }

  private void awaitEnd(ProcessHandle owner) {
    try {
      owner.onExit().get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException | ExecutionException stuck) {
      throw new LabException(
          "the lab '"
              + name
              + "' does not end; kill its process, "
              + owner.pid()
              + ", and say 'down' again",
          stuck);
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw new LabException("interrupted while the lab ends", stop);
    }
  }

  private void remove(StateDirectory.Owned own) {
    try (own) {
      own.remove();
    } catch (IOException stays) {
      throw new LabException(state.path() + " cannot be removed: " + stays, stays);
    }
  }
}
