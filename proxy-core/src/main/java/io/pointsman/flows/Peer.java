package io.pointsman.flows;

import io.pointsman.net.IpAddress;

/**
 * Who answers a flow.
 *
 * @param port 0..65535
 */
public record Peer(IpAddress address, int port) {}
