/**
 * Who may ask what. In: requests, with a bearer token or without. Out: the request is admitted, or
 * what it is answered instead. Always: nobody waits on the thread that serves; what the API server
 * is asked is bounded in number, rate and time, whatever clients send; no token is kept.
 */
@NullMarked
package io.pointsman.agent.access;

import org.jspecify.annotations.NullMarked;
