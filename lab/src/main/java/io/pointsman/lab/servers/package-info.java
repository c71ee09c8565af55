/**
 * Real servers around the Service proxy: DNS by knot, Ingress by nginx.
 *
 * <p>In go the cluster's objects; {@link io.pointsman.lab.servers.ClusterZone} and {@link
 * io.pointsman.lab.servers.IngressRules} turn them into configuration, as pure functions, and {@link
 * io.pointsman.lab.servers.DnsServer} and {@link io.pointsman.lab.servers.IngressServer} give it to
 * programs that run in a place of a lab. Always true: the same objects make the same text, names of
 * objects never become syntax of a server, a running server takes new configuration without closing
 * its sockets, and all servers end with their lab.
 */
@NullMarked
package io.pointsman.lab.servers;

import org.jspecify.annotations.NullMarked;
