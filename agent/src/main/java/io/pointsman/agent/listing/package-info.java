/**
 * Lists what is programmed for Services.
 *
 * <p>In: a {@link io.pointsman.agent.listing.ServicesQuestion} and the plans of the last syncs.
 * Out: a {@link io.pointsman.agent.listing.ServiceList} that reads as JSON and, by {@link
 * io.pointsman.agent.listing.ServiceListPrinter}, as text. Pure: plans are immutable, so that no
 * sync waits for a question.
 */
@NullMarked
package io.pointsman.agent.listing;

import org.jspecify.annotations.NullMarked;
