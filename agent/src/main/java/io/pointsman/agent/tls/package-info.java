/**
 * The certificate that the agent shows to those who ask it. In: two PEM files, which somebody
 * renews from time to time. Out: what TLS needs of them. Always: what is served is a certificate
 * with its own key; files that hold nothing better leave it in force.
 */
@NullMarked
package io.pointsman.agent.tls;

import org.jspecify.annotations.NullMarked;
