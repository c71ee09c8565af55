package io.pointsman.lab.packet;

import java.time.Duration;
import java.util.List;

/** A TCP connection or a UDP source port that stays open between questions. */
public final class Flow implements AutoCloseable {
  private final Conversation conversation;

  Flow(Conversation conversation) {
    this.conversation = conversation;
  }

  /** Sends a line on the flow and waits for the answer; connects first when it is the first. */
  public Outcome ask(Duration patience) {
    conversation.ask();
    Conversations.await(List.of(conversation), patience);
    return conversation.result();
  }

  @Override
  public void close() {
    conversation.close();
  }
}
