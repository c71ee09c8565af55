/**
 * The seam between plans and kernels. A backend is a {@link io.pointsman.dataplane.Backend} found
 * by {@link java.util.ServiceLoader}; for each family it opens a {@link
 * io.pointsman.dataplane.Dataplane}, the only place where its effects happen.
 */
@NullMarked
package io.pointsman.dataplane;

import org.jspecify.annotations.NullMarked;
