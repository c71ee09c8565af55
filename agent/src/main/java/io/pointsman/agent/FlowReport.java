package io.pointsman.agent;

import io.pointsman.net.IpFamily;
import java.time.Duration;

/**
 * What was done about stale flows of one family. Each sync is covered by one report, in order; a
 * report can cover several syncs, and comes after the last of them was committed.
 *
 * @param family the family
 * @param syncs how many syncs it covers, at least one
 * @param frontends how many frontends were looked at; 0 when these syncs made nothing stale
 * @param deleted how many flows were deleted
 * @param duration of the attempt that succeeded
 */
public record FlowReport(
    IpFamily family, int syncs, int frontends, int deleted, Duration duration) {}
