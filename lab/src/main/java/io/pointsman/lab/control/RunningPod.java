package io.pointsman.lab.control;

import io.pointsman.net.IpAddress;
import java.time.Duration;
import java.util.List;

/** A pod that a runtime has started. */
public interface RunningPod {
  /** Its addresses, one a family, the primary one first; the same as long as it runs. */
  List<IpAddress> addresses();

  /** False when its process has ended by itself. It is stopped and started anew then. */
  boolean isRunning();

  /**
   * Asks the server in the pod what the probe asks, with packets, as by {@link ProbeSender}; true
   * when the answer is good.
   */
  boolean answers(ReadinessProbe.Question question);

  /**
   * Tells its process to end, as SIGTERM does, waits until it has, kills it when the grace is over,
   * and takes everything of the pod away.
   *
   * @param grace zero to kill it at once
   */
  void stop(Duration grace);
}
