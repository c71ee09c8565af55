package io.pointsman.plan;

/** Something that only one Service port can have; {@link Claimants} says whose it is. */
public sealed interface Claimable permits Destination, AffinityGroup {}
