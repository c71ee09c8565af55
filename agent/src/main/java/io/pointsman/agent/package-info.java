/**
 * The program: command line, configuration, wiring by hand, health, and the effects around syncs:
 * stale flows are deleted, addresses watched. Nothing here decides where a packet goes.
 */
@NullMarked
package io.pointsman.agent;

import org.jspecify.annotations.NullMarked;
