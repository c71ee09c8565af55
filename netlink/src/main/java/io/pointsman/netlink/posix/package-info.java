/**
 * Three questions to the operating system that the JDK does not answer: who runs this, is that a
 * terminal, and may I have the lock.
 *
 * <p>The first use of any class here costs about 0.2 s, as it loads native code: none of them
 * belongs on the way to the first sync of a ruleset.
 */
@NullMarked
package io.pointsman.netlink.posix;

import org.jspecify.annotations.NullMarked;
