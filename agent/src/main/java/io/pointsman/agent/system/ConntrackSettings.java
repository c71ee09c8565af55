package io.pointsman.agent.system;

import java.time.Duration;

/**
 * What is asked of connection tracking: {@code conntrack} of KubeProxyConfiguration. Zero leaves
 * the kernel's value alone.
 *
 * @param maxPerCore tracked flows for each CPU; zero leaves the size of the table alone, whatever
 *     {@code min} says
 * @param min tracked flows at least
 * @param tcpEstablishedTimeout how long an idle TCP connection is remembered; in whole seconds
 * @param tcpCloseWaitTimeout the same after one end has closed
 * @param tcpBeLiberal take TCP packets outside of the window as part of their connection; false
 *     leaves the kernel's value alone
 * @param udpTimeout how long a UDP flow without an answer is remembered
 * @param udpStreamTimeout the same with answers
 */
public record ConntrackSettings(
    int maxPerCore,
    int min,
    Duration tcpEstablishedTimeout,
    Duration tcpCloseWaitTimeout,
    boolean tcpBeLiberal,
    Duration udpTimeout,
    Duration udpStreamTimeout) {
  /** The defaults of kube-proxy. */
  public static final ConntrackSettings DEFAULT =
      new ConntrackSettings(
          32_768,
          131_072,
          Duration.ofHours(24),
          Duration.ofHours(1),
          false,
          Duration.ZERO,
          Duration.ZERO);
}
