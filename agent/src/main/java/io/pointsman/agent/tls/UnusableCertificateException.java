package io.pointsman.agent.tls;

/** A certificate or its key cannot be used; the message names the file, and what to do. */
public final class UnusableCertificateException extends Exception {
  private static final long serialVersionUID = 1;

  UnusableCertificateException(String message) {
    super(message);
  }

  UnusableCertificateException(String message, Exception cause) {
    super(message, cause);
  }
}
