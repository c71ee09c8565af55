/**
 * What a cluster administrator installs, tested: the files under {@code manifests}, and the image.
 * In: these files as they are. Out: passed or failed. A container is run only as a manifest says.
 */
@NullMarked
package io.pointsman.manifests;

import org.jspecify.annotations.NullMarked;
