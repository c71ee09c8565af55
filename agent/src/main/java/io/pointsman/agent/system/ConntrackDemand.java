package io.pointsman.agent.system;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What one setting must be.
 *
 * @param knob the setting
 * @param value its value, at least or exactly
 */
public record ConntrackDemand(ConntrackKnob knob, long value) {
  /** Enough for any node; more would let a flood of flows take all memory. */
  private static final long MOST_FLOWS = 1_048_576;

  private static final int FLOWS_PER_BUCKET = 4;

  /**
   * What settings come to on a machine with so many CPUs, in the order in which to write them.
   *
   * @param cores 1 or more
   */
  static List<ConntrackDemand> of(ConntrackSettings settings, int cores) {
    List<ConntrackDemand> demands = new ArrayList<>();
    if (settings.maxPerCore() > 0) {
      long flows = flows(settings, cores);
      demands.add(new ConntrackDemand(ConntrackKnob.MAX, flows));
      demands.add(new ConntrackDemand(ConntrackKnob.BUCKETS, flows / FLOWS_PER_BUCKET));
    }
    seconds(demands, ConntrackKnob.TCP_ESTABLISHED, settings.tcpEstablishedTimeout());
    seconds(demands, ConntrackKnob.TCP_CLOSE_WAIT, settings.tcpCloseWaitTimeout());
    if (settings.tcpBeLiberal()) {
      demands.add(new ConntrackDemand(ConntrackKnob.TCP_BE_LIBERAL, 1));
    }
    seconds(demands, ConntrackKnob.UDP, settings.udpTimeout());
    seconds(demands, ConntrackKnob.UDP_STREAM, settings.udpStreamTimeout());
    return demands;
  }

  private static long flows(ConntrackSettings settings, int cores) {
    long scaled = (long) settings.maxPerCore() * cores;
    return scaled > MOST_FLOWS ? MOST_FLOWS : Math.max(scaled, settings.min());
  }

  private static void seconds(List<ConntrackDemand> demands, ConntrackKnob knob, Duration timeout) {
    if (timeout.isPositive()) {
      demands.add(new ConntrackDemand(knob, timeout.toSeconds()));
    }
  }

  /** Those that the present values do not meet; an absent value meets none. */
  static List<ConntrackDemand> unmet(
      List<ConntrackDemand> demands, Map<ConntrackKnob, Long> present) {
    return demands.stream()
        .filter(demand -> !demand.isMetBy(present.getOrDefault(demand.knob(), -1L)))
        .toList();
  }

  /** A table that is larger already is kept: somebody wanted it so. */
  private boolean isMetBy(long present) {
    return switch (knob) {
      case MAX, BUCKETS -> present >= value;
      case TCP_ESTABLISHED, TCP_CLOSE_WAIT, TCP_BE_LIBERAL, UDP, UDP_STREAM -> present == value;
    };
  }
}
