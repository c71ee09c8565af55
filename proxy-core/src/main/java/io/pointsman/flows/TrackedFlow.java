package io.pointsman.flows;

import io.pointsman.net.IpAddress;
import io.pointsman.net.Protocol;

/**
 * An entry of connection tracking, as far as it matters here.
 *
 * @param protocol transport protocol
 * @param destination where the client sends to
 * @param destinationPort 0..65535
 * @param servedBy whose answers the entry expects
 * @param translated the destination was translated when the flow began
 */
public record TrackedFlow(
    Protocol protocol,
    IpAddress destination,
    int destinationPort,
    Peer servedBy,
    boolean translated) {}
