/** Clusters for tests: small builders and a seeded generator of event sequences. */
@NullMarked
package io.pointsman.testing;

import org.jspecify.annotations.NullMarked;
