package io.pointsman.apiserver;

import java.util.List;
import java.util.Optional;

/**
 * The answer to a list request, or one page of it.
 *
 * @param version the version of the state that it shows
 * @param next where to go on; empty when this is the end
 */
record Page(long version, List<Stored> objects, Optional<ContinueToken> next) {}
