/**
 * A container runtime's side of CNI, the Container Network Interface 1.0.0.
 *
 * <p>In go a network configuration list in the layout of {@code /etc/cni/net.d}, the directory of
 * the plugins and a container; out comes the plugins' result, or a {@link
 * io.pointsman.lab.cni.CniException} with the error as the specification words it. Always true: an
 * ADD that fails half-way was undone in all plugins of its list before it is reported, and DEL may
 * be asked any number of times. Plugins are the real ones; they run in the network namespace of
 * their node.
 */
@NullMarked
package io.pointsman.lab.cni;

import org.jspecify.annotations.NullMarked;
