/**
 * The program: command line, configuration, wiring by hand, health. Nothing here decides where a
 * packet goes.
 */
@NullMarked
package io.pointsman.agent;

import org.jspecify.annotations.NullMarked;
