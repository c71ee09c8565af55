/**
 * What stands in the proxy's way on a machine, found before it runs. In come {@link
 * io.pointsman.agent.preflight.Facts}, gathered at one edge; out go {@link
 * io.pointsman.agent.preflight.Finding}s, by pure functions, one class for each matter.
 *
 * <p>Gathering writes nothing in the machine's network namespace. Whether the kernel takes our
 * rules is tried in an empty namespace that vanishes afterwards.
 */
@NullMarked
package io.pointsman.agent.preflight;

import org.jspecify.annotations.NullMarked;
