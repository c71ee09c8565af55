package io.pointsman.agent.metrics;

/** The questions about health that are counted. */
public enum Probe {
  /** {@code /healthz} for load balancers. */
  HEALTHZ("proxy", "healthz"),
  /** {@code /livez} for the kubelet. */
  LIVEZ("proxy", "livez"),
  /** {@code /readyz} for roll-outs. */
  READYZ("proxy", "readyz"),
  /** {@code /healthz} on the operators' address: whether somebody answers at all. */
  PING("ping", "healthz");

  private final String check;
  private final String type;

  Probe(String check, String type) {
    this.check = check;
    this.type = type;
  }

  /** The name of the check, as SLI metrics have it. */
  String check() {
    return check;
  }

  /** The kind of health, as SLI metrics have it. */
  String type() {
    return type;
  }
}
