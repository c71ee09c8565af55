package io.pointsman.apiserver;

import org.jspecify.annotations.Nullable;

/**
 * What became of an object.
 *
 * @param version the resourceVersion of the change
 * @param before absent when it was created
 * @param after absent when it was deleted
 */
record Change(long version, Key key, @Nullable Stored before, @Nullable Stored after) {}
