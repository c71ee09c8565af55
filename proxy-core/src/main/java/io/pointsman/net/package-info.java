/** Addresses, prefixes and protocols as immutable values. No parsing here ever asks a resolver. */
@NullMarked
package io.pointsman.net;

import org.jspecify.annotations.NullMarked;
