/** Values that several tests of the agent need. */
@NullMarked
package io.pointsman.agent.testing;

import org.jspecify.annotations.NullMarked;
