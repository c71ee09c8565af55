/**
 * What people ask a running proxy about itself: its state, its plans and its last syncs come in as
 * immutable values, texts and one HTML page go out. Everything here is a function of its arguments,
 * and nothing that comes from the cluster reaches a browser unescaped.
 */
@NullMarked
package io.pointsman.agent.status;

import org.jspecify.annotations.NullMarked;
