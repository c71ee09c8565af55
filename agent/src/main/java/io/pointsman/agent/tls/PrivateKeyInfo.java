package io.pointsman.agent.tls;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.security.PublicKey;

/** PKCS#8 (RFC 5208), the one form of private keys that the JDK reads. */
final class PrivateKeyInfo {
  private static final int SEQUENCE = 0x30;
  private static final int OCTET_STRING = 0x04;
  private static final byte[] VERSION = {2, 1, 0};

  private PrivateKeyInfo() {}

  /**
   * A key in the form of its algorithm, RSAPrivateKey of PKCS#1 (RFC 8017) or ECPrivateKey (RFC
   * 5915), as PKCS#8: with the algorithm in front, which is that of its public key.
   */
  static byte[] of(byte[] key, PublicKey publicKey) {
    return element(SEQUENCE, VERSION, algorithm(publicKey), element(OCTET_STRING, key));
  }

  /** The first element of a SubjectPublicKeyInfo (RFC 5280 section 4.1). */
  private static byte[] algorithm(PublicKey publicKey) {
    ByteBuffer info = ByteBuffer.wrap(publicKey.getEncoded());
    enter(info);
    int start = info.position();
    int length = enter(info);
    byte[] algorithm = new byte[info.position() - start + length];
    info.position(start).get(algorithm);
    return algorithm;
  }

  /** Reads past tag and length; returns the length. */
  private static int enter(ByteBuffer der) {
    der.get();
    int length = der.get();
    if (length >= 0) {
      return length;
    }
    int whole = 0;
    for (int i = length & 0x7f; i > 0; i--) {
      whole = (whole << 8) | (der.get() & 0xff);
    }
    return whole;
  }

  /** DER, up to 65,535 bytes long. */
  private static byte[] element(int tag, byte[]... contents) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    for (byte[] part : contents) {
      content.writeBytes(part);
    }
    ByteArrayOutputStream element = new ByteArrayOutputStream();
    element.write(tag);
    if (content.size() < 128) {
      element.write(content.size());
    } else {
      element.writeBytes(new byte[] {(byte) 0x82, (byte) (content.size() >> 8)});
      element.write(content.size());
    }
    element.writeBytes(content.toByteArray());
    return element.toByteArray();
  }
}
