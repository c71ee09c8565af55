/**
 * A server that says who was asked and by whom, and the client that asks it: the only program in
 * the image of the end-to-end tests, and the same client inside the lab.
 *
 * <p>In goes a {@link io.pointsman.e2e.echo.Question}, as arguments or as a value; out come {@link
 * io.pointsman.e2e.echo.Outcome}s, as lines or as values. Always true: nothing but {@code
 * java.base} is needed, and every socket belongs to the network namespace of the thread that asked.
 */
@NullMarked
package io.pointsman.e2e.echo;

import org.jspecify.annotations.NullMarked;
