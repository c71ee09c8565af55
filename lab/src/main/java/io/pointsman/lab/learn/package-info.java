/**
 * A course in rows: each tells in steps how one part of Kubernetes networking is built, does it for
 * real in network namespaces and looks whether packets fare as told.
 *
 * <p>In goes a row, a small YAML resource; {@link io.pointsman.lab.learn.RowRunner} plays it and
 * hands out a {@link io.pointsman.lab.learn.StepResult} for each step, which {@link
 * io.pointsman.lab.learn.Narrator} shows to a person, {@link io.pointsman.lab.learn.CourseText}
 * writes down and the tests compare. Always true: a row starts from empty namespaces of its own and
 * leaves nothing behind.
 */
@NullMarked
package io.pointsman.lab.learn;

import org.jspecify.annotations.NullMarked;
