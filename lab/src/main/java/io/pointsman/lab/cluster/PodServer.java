package io.pointsman.lab.cluster;

/** What serves in a pod. Closing ends it and frees its ports. */
interface PodServer extends AutoCloseable {
  /** False when it has ended by itself. */
  boolean isRunning();

  @Override
  void close();
}
