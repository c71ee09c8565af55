package io.pointsman.agent.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;

/**
 * A certificate with the key that belongs to it.
 *
 * @param chain the server's own first, then those that vouch for it
 * @param key of the first
 */
record ServingPair(List<X509Certificate> chain, PrivateKey key) {
  /** Sessions that clients may resume; each costs about a kilobyte. */
  private static final int MOST_SESSIONS = 256;

  ServingPair {
    chain = List.copyOf(chain);
  }

  /**
   * Reads PEM files; one file may hold both.
   *
   * @param certificate X.509: the server's own first, then those that vouch for it
   * @param key RSA, EC or EdDSA, in PKCS#8 or the form of its algorithm; not encrypted
   */
  static ServingPair read(Path certificate, Path key) throws UnusableCertificateException {
    List<X509Certificate> chain = chain(PemFile.read(certificate));
    PublicKey publicKey = chain.getFirst().getPublicKey();
    PrivateKey privateKey = key(PemFile.read(key), publicKey);
    if (!belongs(privateKey, publicKey)) {
      throw new UnusableCertificateException(
          key
              + " is not the key of the first certificate in "
              + certificate
              + ": write both of one and the same request there, the server's certificate first");
    }
    return new ServingPair(chain, privateKey);
  }

  private static List<X509Certificate> chain(PemFile file) throws UnusableCertificateException {
    List<X509Certificate> chain = new ArrayList<>();
    for (PemFile.Block block : file.blocks()) {
      if (block.label().equals("CERTIFICATE")) {
        try {
          chain.add(
              (X509Certificate)
                  CertificateFactory.getInstance("X.509")
                      .generateCertificate(new ByteArrayInputStream(block.bytes())));
        } catch (CertificateException | IllegalArgumentException e) {
          throw new UnusableCertificateException(
              "%s: certificate %d in it is damaged (%s): write it anew"
                  .formatted(file.path(), chain.size() + 1, e.getMessage()),
              e);
        }
      }
    }
    if (chain.isEmpty()) {
      throw new UnusableCertificateException(
          file.path() + " holds no certificate: it must be PEM, with -----BEGIN CERTIFICATE-----");
    }
    return chain;
  }

  private static PrivateKey key(PemFile file, PublicKey publicKey)
      throws UnusableCertificateException {
    PemFile.Block block =
        file.blocks().stream()
            .filter(candidate -> candidate.label().endsWith("PRIVATE KEY"))
            .findFirst()
            .orElseThrow(() ->
                new UnusableCertificateException(
                    file.path()
                        + " holds no private key: it must be PEM, with -----BEGIN PRIVATE KEY-----"));
    // The second is the form of PKCS#1 (RFC 1421).
    if (block.label().startsWith("ENCRYPTED") || block.text().contains("ENCRYPTED")) {
      throw new UnusableCertificateException(
          file.path()
              + " is encrypted: nobody is there to type its password; decrypt it with 'openssl pkey"
              + " -in ENCRYPTED -out PLAIN'");
    }
    try {
      byte[] bytes = block.bytes();
      return KeyFactory.getInstance(publicKey.getAlgorithm())
          .generatePrivate(
              new PKCS8EncodedKeySpec(
                  block.label().equals("PRIVATE KEY")
                      ? bytes
                      : PrivateKeyInfo.of(bytes, publicKey)));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new UnusableCertificateException(
          "%s holds no %s key, as its certificate asks for (%s): write the certificate's key there"
              .formatted(file.path(), publicKey.getAlgorithm(), e.getMessage()),
          e);
    }
  }

  /** What the one signs, the other verifies. */
  private static boolean belongs(PrivateKey key, PublicKey publicKey)
      throws UnusableCertificateException {
    String algorithm =
        switch (publicKey.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          default -> publicKey.getAlgorithm();
        };
    try {
      Signature signature = Signature.getInstance(algorithm);
      signature.initSign(key);
      byte[] signed = signature.sign();
      signature.initVerify(publicKey);
      return signature.verify(signed);
    } catch (GeneralSecurityException e) {
      throw new UnusableCertificateException(
          "a certificate for a key of kind "
              + publicKey.getAlgorithm()
              + " cannot be used ("
              + e.getMessage()
              + "): ask for one for RSA or EC",
          e);
    }
  }

  /** What makes connections with it; it trusts nobody, as nobody is asked for a certificate. */
  SSLContext context() throws UnusableCertificateException {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setKeyEntry("server", key, new char[0], chain.toArray(X509Certificate[]::new));
      KeyManagerFactory keys =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(store, new char[0]);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), new TrustManager[0], null);
      context.getServerSessionContext().setSessionCacheSize(MOST_SESSIONS);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new UnusableCertificateException(
          "the certificate of "
              + chain.getFirst().getSubjectX500Principal()
              + " cannot be served ("
              + e.getMessage()
              + ")",
          e);
    }
  }
}
