package io.pointsman.agent.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pointsman.agent.testing.TestCertificate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.function.BooleanSupplier;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServingCertificateTest {
  private static TestCertificate rsa;
  private static TestCertificate ec;

  @TempDir private Path folder;

  @BeforeAll
  static void make() throws Exception {
    rsa = TestCertificate.rsa("rsa");
    ec = TestCertificate.ec("ec");
  }

  private Path file(String name) {
    return folder.resolve(name);
  }

  private ServingCertificate open() throws UnusableCertificateException {
    return ServingCertificate.open(file("tls.crt"), file("tls.key"));
  }

  /** Writes a file as whoever takes care does: readers see the old one or the new one. */
  private void replace(String name, String content) throws IOException {
    Path fresh = Files.writeString(file("fresh"), content);
    Files.move(fresh, file(name), StandardCopyOption.ATOMIC_MOVE);
  }

  private static void await(BooleanSupplier condition) {
    Instant end = Instant.now().plusSeconds(30);
    while (!condition.getAsBoolean()) {
      assertThat(Instant.now()).as("time of the change").isBefore(end);
      Thread.onSpinWait();
    }
  }

  @Test
  void keysAreReadInTheirOldFormsToo() throws Exception {
    for (TestCertificate made : new TestCertificate[] {rsa, ec}) {
      Path certificate = Files.writeString(file("tls.crt"), made.certificatePem());
      for (String key : new String[] {made.keyPem(), made.oldKeyPem()}) {
        Path path = Files.writeString(file("tls.key"), "some words\n" + key);
        ServingPair pair = ServingPair.read(certificate, path);
        assertThat(pair.key()).isEqualTo(made.key());
        assertThat(pair.chain()).containsExactly(made.certificate());
      }
    }
  }

  /** As the kubelet keeps its own: certificate and key in one file. */
  @Test
  void oneFileMayHoldBothAndWhoVouches() throws Exception {
    Path both =
        Files.writeString(
            file("both.pem"), ec.certificatePem() + rsa.certificatePem() + ec.oldKeyPem());
    ServingPair pair = ServingPair.read(both, both);
    assertThat(pair.key()).isEqualTo(ec.key());
    assertThat(pair.chain()).containsExactly(ec.certificate(), rsa.certificate());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "EC | RSA | tls.key holds no EC key, as its certificate asks for",
        "none | EC | tls.crt cannot be read: no such file or folder; check the path",
        "EC | none | tls.key cannot be read: no such file or folder; check the path",
        "key | EC | tls.crt holds no certificate: it must be PEM, with -----BEGIN CERTIFICATE-----",
        "EC | certificate | tls.key holds no private key: it must be PEM, with -----BEGIN PRIVATE",
        "EC | encrypted | tls.key is encrypted: nobody is there to type its password",
        "EC | encrypted by PKCS#1 | tls.key is encrypted: nobody is there to type its password",
        "cut | EC | tls.crt: certificate 1 in it is damaged",
        "EC | cut | tls.key holds no EC key, as its certificate asks for",
      })
  void whatCannotBeUsedIsRefusedWithTheReason(String certificate, String key, String message)
      throws Exception {
    write(file("tls.crt"), certificate);
    write(file("tls.key"), key);
    assertThatThrownBy(this::open)
        .isInstanceOf(UnusableCertificateException.class)
        .hasMessageContaining(folder.toString())
        .hasMessageContaining(message);
  }

  private static void write(Path file, String what) throws Exception {
    boolean certificate = file.endsWith("tls.crt");
    String content =
        switch (what) {
          case "none" -> "";
          case "RSA" -> certificate ? rsa.certificatePem() : rsa.keyPem();
          case "key" -> ec.keyPem();
          case "certificate" -> ec.certificatePem();
          case "encrypted" -> ec.keyPem().replace("PRIVATE", "ENCRYPTED PRIVATE");
          case "encrypted by PKCS#1" ->
              ec.oldKeyPem()
                  .replaceFirst("-----\n", "-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: A,1\n\n");
          case "cut" ->
              (certificate ? ec.certificatePem() : ec.keyPem()).replaceFirst("\n.{60}", "\n");
          default -> certificate ? ec.certificatePem() : ec.keyPem();
        };
    if (!content.isEmpty()) {
      Files.writeString(file, content);
    }
  }

  @Test
  void theKeyOfAnotherCertificateIsRefused() throws Exception {
    TestCertificate other = TestCertificate.ec("other");
    Files.writeString(file("tls.crt"), ec.certificatePem());
    Files.writeString(file("tls.key"), other.keyPem());
    assertThatThrownBy(this::open)
        .isInstanceOf(UnusableCertificateException.class)
        .hasMessageContaining(
            file("tls.key") + " is not the key of the first certificate in " + file("tls.crt"));
  }

  @Test
  void aRenewedCertificateIsTakenAndABadOnePassedOver() throws Exception {
    ec.write(folder);
    try (ServingCertificate serving = open()) {
      SSLContext first = serving.get();
      assertThat(serving.notAfter()).isEqualTo(ec.certificate().getNotAfter().toInstant());
      replace("tls.key", rsa.keyPem());
      await(() -> serving.problem().isPresent());
      assertThat(serving.problem().orElseThrow()).contains("tls.key holds no EC key");
      assertThat(serving.get()).isSameAs(first);
      Files.delete(file("tls.key"));
      await(() -> serving.problem().orElseThrow().contains("cannot be read"));
      assertThat(serving.get()).isSameAs(first);
      replace("tls.crt", rsa.certificatePem());
      replace("tls.key", rsa.keyPem());
      await(() -> serving.get() != first);
      await(() -> serving.problem().isEmpty());
    }
  }

  /** What the kubelet does with a Secret: tls.crt -> ..data/tls.crt, ..data -> ..1. */
  @Test
  void aSecretsLinkThatLeadsElsewhereIsFollowed() throws Exception {
    ec.write(Files.createDirectory(file("..1")));
    Files.createSymbolicLink(file("..data"), Path.of("..1"));
    Files.createSymbolicLink(file("tls.crt"), Path.of("..data/tls.crt"));
    Files.createSymbolicLink(file("tls.key"), Path.of("..data/tls.key"));
    try (ServingCertificate serving = open()) {
      SSLContext first = serving.get();
      rsa.write(Files.createDirectory(file("..2")));
      Files.createSymbolicLink(file("..data_tmp"), Path.of("..2"));
      Files.move(file("..data_tmp"), file("..data"), StandardCopyOption.ATOMIC_MOVE);
      await(() -> serving.get() != first);
      assertThat(serving.problem()).isEmpty();
    }
  }
}
