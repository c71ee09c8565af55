/** Why a file cannot be used, in words for whoever named it. Failures come in, text goes out. */
@NullMarked
package io.pointsman.file;

import org.jspecify.annotations.NullMarked;
