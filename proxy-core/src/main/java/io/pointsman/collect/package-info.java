/**
 * The one collection that the JDK lacks: an immutable map whose versions share structure, so that
 * two versions can be compared in time proportional to their difference. Every stage between an
 * event and the kernel rests on it.
 */
@NullMarked
package io.pointsman.collect;

import org.jspecify.annotations.NullMarked;
