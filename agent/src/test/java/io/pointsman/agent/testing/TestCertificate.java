package io.pointsman.agent.testing;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.HexFormat;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/** A certificate that vouches for itself, with its key, made for a test. */
public record TestCertificate(X509Certificate certificate, PrivateKey key) {
  private static final int SEQUENCE = 0x30;

  /** ecdsa-with-SHA256 (RFC 5758), sha256WithRSAEncryption (RFC 4055) as AlgorithmIdentifier. */
  private static final String ECDSA = "300a06082a8648ce3d040302";

  private static final String RSA = "300d06092a864886f70d01010b0500";

  /** id-at-commonName (X.520). */
  private static final String COMMON_NAME = "0603550403";

  /** A certificate for an EC key. */
  public static TestCertificate ec(String name) throws GeneralSecurityException {
    return make(name, "EC", 256, "SHA256withECDSA", ECDSA);
  }

  /** A certificate for an RSA key. */
  public static TestCertificate rsa(String name) throws GeneralSecurityException {
    return make(name, "RSA", 2048, "SHA256withRSA", RSA);
  }

  /** RFC 5280 section 4.1, version 1: nothing but a name, a time and a key. */
  private static TestCertificate make(
      String name, String kind, int bits, String signing, String signatureAlgorithm)
      throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance(kind);
    generator.initialize(bits);
    KeyPair pair = generator.generateKeyPair();
    byte[] names = der(SEQUENCE, der(0x31, der(SEQUENCE, hex(COMMON_NAME), der(0x0c, text(name)))));
    byte[] validity =
        der(SEQUENCE, der(0x17, text("260101000000Z")), der(0x17, text("460101000000Z")));
    byte[] content =
        der(
            SEQUENCE,
            der(0x02, BigInteger.ONE.toByteArray()),
            hex(signatureAlgorithm),
            names,
            validity,
            names,
            pair.getPublic().getEncoded());
    Signature signature = Signature.getInstance(signing);
    signature.initSign(pair.getPrivate());
    signature.update(content);
    byte[] whole =
        der(
            SEQUENCE,
            content,
            hex(signatureAlgorithm),
            der(0x03, new byte[] {0}, signature.sign()));
    return new TestCertificate(
        (X509Certificate)
            CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(whole)),
        pair.getPrivate());
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] hex(String text) {
    return HexFormat.of().parseHex(text);
  }

  private static byte[] der(int tag, byte[]... parts) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      content.writeBytes(part);
    }
    ByteArrayOutputStream element = new ByteArrayOutputStream();
    element.write(tag);
    byte[] length = BigInteger.valueOf(content.size()).toByteArray();
    if (content.size() >= 128) {
      element.write(0x80 | length.length);
    }
    element.writeBytes(length);
    element.writeBytes(content.toByteArray());
    return element.toByteArray();
  }

  /** SEQUENCE { version, algorithm, OCTET STRING }: what is in the last. */
  private static byte[] inner(byte[] pkcs8) {
    int at = content(pkcs8, 0);
    at = end(pkcs8, at);
    at = end(pkcs8, at);
    return java.util.Arrays.copyOfRange(pkcs8, content(pkcs8, at), end(pkcs8, at));
  }

  private static int content(byte[] der, int element) {
    return element + 2 + (der[element + 1] < 0 ? der[element + 1] & 0x7f : 0);
  }

  private static int end(byte[] der, int element) {
    int content = content(der, element);
    int length =
        der[element + 1] >= 0
            ? der[element + 1]
            : new BigInteger(1, der, element + 2, content - element - 2).intValueExact();
    return content + length;
  }

  /** The certificate as PEM. */
  public String certificatePem() throws GeneralSecurityException {
    return pem("CERTIFICATE", certificate.getEncoded());
  }

  /** The key as PEM, in PKCS#8. */
  public String keyPem() {
    return pem("PRIVATE KEY", key.getEncoded());
  }

  /** The key as PEM, in the form of its own algorithm: the last part of PKCS#8. */
  public String oldKeyPem() {
    return pem(key.getAlgorithm() + " PRIVATE KEY", inner(key.getEncoded()));
  }

  private static String pem(String label, byte[] content) {
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(
            label, Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content), label);
  }

  /** Writes {@code tls.crt} and {@code tls.key}, as a Secret has them. */
  public void write(Path folder) throws IOException, GeneralSecurityException {
    Files.writeString(folder.resolve("tls.crt"), certificatePem());
    Files.writeString(folder.resolve("tls.key"), keyPem());
  }

  /** A connection that trusts this certificate alone; without a handshake so far. */
  public SSLSocket connect(InetSocketAddress address) throws Exception {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("s", certificate);
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket();
    socket.setSoTimeout(20_000);
    socket.connect(address, 20_000);
    return socket;
  }
}
