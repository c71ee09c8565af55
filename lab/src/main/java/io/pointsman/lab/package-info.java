/**
 * Small clusters made of network namespaces: nodes, pods and clients outside, joined by virtual
 * cables, with servers that answer on every one of them.
 *
 * <p>In goes a {@link io.pointsman.lab.Topology}, an immutable description; {@link
 * io.pointsman.lab.Lab} builds it and takes it down again. Always true: the namespace of the
 * calling process keeps its interfaces and rules, nothing has a name outside this process, so any
 * number of labs live side by side, and the kernel removes all of it when the process ends, however
 * it ends. Packets are sent by {@link io.pointsman.lab.packet}, whole stories told by {@link
 * io.pointsman.lab.scenario}.
 */
@NullMarked
package io.pointsman.lab;

import org.jspecify.annotations.NullMarked;
