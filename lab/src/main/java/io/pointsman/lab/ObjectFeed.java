package io.pointsman.lab;

import io.pointsman.kubernetes.ClusterSource;
import io.pointsman.lab.scenario.ClusterObjects;

/** Brings objects to one agent. */
interface ObjectFeed extends ClusterSource {
  /** Makes these all the objects there are. Need not wait for anything. */
  void publish(ClusterObjects objects);

  /**
   * Waits until everything published so far has been handed to the agent.
   *
   * @return how many events the agent has been handed in all
   * @throws LabException when that takes too long
   */
  long awaitDelivered();
}
