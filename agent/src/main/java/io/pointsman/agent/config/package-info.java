/**
 * The configuration of kube-proxy: command-line flags and a KubeProxyConfiguration file come in,
 * one complete and valid {@link Configuration} goes out, with notices for the log.
 *
 * <p>Each field is declared once, in {@link Fields}: its path, type, default, and what becomes of
 * it here. Whether a value comes from a flag or from a file, it takes the same way: read,
 * defaulted, validated. All errors are collected; nothing is touched before there are none. Pure
 * but for {@link ConfigurationFile#read} and {@link ConfigurationWatch}.
 */
@NullMarked
package io.pointsman.agent.config;

import org.jspecify.annotations.NullMarked;
