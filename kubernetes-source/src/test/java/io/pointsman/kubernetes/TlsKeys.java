package io.pointsman.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * A key and its certificate, which is its own authority.
 *
 * @param certificate PEM
 * @param context serves with them
 */
record TlsKeys(Path certificate, SSLContext context) {
  private static final String PASSWORD = "changeit";

  /**
   * Makes them by keytool.
   *
   * @param address for which they are good
   */
  static TlsKeys make(Path folder, String address) throws Exception {
    Path store = folder.resolve("keys.p12");
    Path certificate = folder.resolve("ca.crt");
    List<String> key = List.of("-keystore", store.toString(), "-alias", "s");
    keytool(
        folder,
        key,
        List.of(
            "-genkeypair",
            "-keyalg",
            "EC",
            "-dname",
            "CN=s",
            "-ext",
            "san=ip:" + address,
            "-ext",
            "bc=ca:true"));
    keytool(folder, key, List.of("-exportcert", "-rfc", "-file", certificate.toString()));
    return new TlsKeys(certificate, context(store));
  }

  private static void keytool(Path folder, List<String> key, List<String> arguments)
      throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(arguments);
    command.addAll(key);
    command.addAll(List.of("-storepass", PASSWORD));
    Path log = folder.resolve("keytool.log");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(Files.readString(log)).isZero();
  }

  private static SSLContext context(Path store) throws Exception {
    KeyStore keys = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(keys, PASSWORD.toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    return context;
  }
}
