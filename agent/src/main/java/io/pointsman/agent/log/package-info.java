/** The program's log: records of java.util.logging come in, lines on standard error go out. */
@NullMarked
package io.pointsman.agent.log;

import org.jspecify.annotations.NullMarked;
