/**
 * Real servers around the Service proxy: DNS by knot, Ingress by nginx.
 *
 * <p>In go a network namespace, a directory and the cluster's objects; {@link
 * io.pointsman.lab.servers.ClusterZone} and {@link io.pointsman.lab.servers.IngressRules} turn the
 * objects into configuration, as pure functions, and {@link io.pointsman.lab.servers.DnsServer} and
 * {@link io.pointsman.lab.servers.IngressServer} run programs on it. Always true: the same objects
 * make the same text, names of objects never become syntax of a server, a running server takes new
 * objects without closing its sockets, and servers end with this process, however it ends.
 */
@NullMarked
package io.pointsman.lab.servers;

import org.jspecify.annotations.NullMarked;
