/**
 * Everything that a running agent knows, as one archive for who looks for a fault elsewhere.
 *
 * <p>In go named parts, each of which knows how to make its text; out goes a tar, written while it
 * is made. A part that cannot be made is named in the archive and keeps no other from being there.
 */
@NullMarked
package io.pointsman.agent.dump;

import org.jspecify.annotations.NullMarked;
