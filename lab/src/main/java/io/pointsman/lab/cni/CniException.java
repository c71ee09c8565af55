package io.pointsman.lab.cni;

import java.io.Serial;

/** A network could not be attached, checked or detached. */
public final class CniException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  private final int code;

  /**
   * @param code the error code of the specification, section "Error"; 1 to 99 are CNI's own, from
   *     100 on the plugin's
   */
  CniException(int code, String message) {
    super(message);
    this.code = code;
  }

  public int code() {
    return code;
  }
}
