package io.pointsman.model;

/** Which endpoints may serve traffic that enters at this node: all of them, or only this node's. */
public enum TrafficPolicy {
  CLUSTER,
  LOCAL
}
