/**
 * Talking to a running agent on the same machine.
 *
 * <p>A connection to the agent's Unix socket carries one question and one answer, each a line of
 * JSON; an answer that is long follows that line in pieces. {@link
 * io.pointsman.agent.local.AgentSocket} answers, {@link io.pointsman.agent.local.AgentConnection}
 * asks. Only root and the agent's own user get an answer.
 */
@NullMarked
package io.pointsman.agent.local;

import org.jspecify.annotations.NullMarked;
