/**
 * The Kubernetes objects that a service proxy reads, reduced to the fields it uses.
 *
 * <p>Texts that the API server does not always validate (addresses, prefixes) are kept as they
 * came: judging them is the planner's work, which can name the object and the field.
 */
@NullMarked
package io.pointsman.model;

import org.jspecify.annotations.NullMarked;
