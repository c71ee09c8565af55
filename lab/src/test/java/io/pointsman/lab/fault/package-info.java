/**
 * Fault runs: the program in a process of its own, under a running load, while something breaks.
 *
 * <p>In: a fault. Out: whether the rules are right afterwards, nothing was lost, and log and
 * metrics tell. Always: what is not changed is not disturbed. The system property {@code
 * pointsman.faults} (as {@code make faults} sets it) asks for the long form.
 */
@NullMarked
package io.pointsman.lab.fault;

import org.jspecify.annotations.NullMarked;
