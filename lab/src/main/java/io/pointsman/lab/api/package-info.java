/**
 * An API server inside the process, so that proxies in the lab learn of objects as in a cluster: by
 * lists and watches over HTTP.
 */
@NullMarked
package io.pointsman.lab.api;

import org.jspecify.annotations.NullMarked;
