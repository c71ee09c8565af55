/**
 * A small HTTP/1.1 server for questions that are answered from memory: requests come in, a pure
 * function gives the answer, the connection ends. Size, time and number of connections are bounded,
 * whatever clients do, with TLS as without, and while a guard decides who is answered. Listening
 * sockets belong to the network namespace of the thread that opens them.
 */
@NullMarked
package io.pointsman.agent.http;

import org.jspecify.annotations.NullMarked;
