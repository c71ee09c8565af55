/**
 * What the proxy asks of the machine besides rules: settings of connection tracking, node ports on
 * loopback addresses, its own place in the line of the kernel's memory killer, and whether the
 * kernel speaks IPv6. In come wishes and the kernel's present values; out go writes to {@code
 * /proc} and {@code /sys}, and in plain words what could not be written and what to do about it.
 *
 * <p>What to write is worked out by pure functions. Nothing is written that holds already, and no
 * failure is thrown: a node with too small a table is better off than one without a proxy. All of
 * it concerns the network namespace of the calling thread, but for what is the machine's alone.
 */
@NullMarked
package io.pointsman.agent.system;

import org.jspecify.annotations.NullMarked;
