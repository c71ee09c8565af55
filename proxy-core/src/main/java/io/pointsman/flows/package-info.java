/**
 * Decides which tracked flows have to go because the way they were sent is not the way any more.
 *
 * <p>The kernel translates the destination of a flow's first packet only. A UDP client that keeps
 * its port would be sent to an endpoint that is gone for as long as it talks, or past a Service
 * that came after it.
 *
 * <p>In: the plans that the kernel was asked to hold, one after the other, and entries of
 * connection tracking. Out: the frontends to look at ({@link io.pointsman.flows.FlowBacklog}), what
 * to ask the kernel for ({@link io.pointsman.flows.FlowQuery}), and for each entry whether it is
 * stale ({@link io.pointsman.flows.FlowJudge}). Pure; nothing is read or deleted here.
 *
 * <p>What always holds: an entry is stale only if a frontend governs or governed it that the work
 * names; comparing a plan with itself names none; looking at an entry again gives the same answer.
 */
@NullMarked
package io.pointsman.flows;

import org.jspecify.annotations.NullMarked;
